"""Frames: what is written is what is read, every error included."""

import pytest

from kgpub import errors
from kgpub.errors import KgpubError
from kgpub.frames import Frame, FrameBuffer, Tag, decode_error, encode, encode_document, encode_error

SENTENCE = "Something is wrong with “é” and\ttabs."
WITH_ATTRIBUTES: tuple[KgpubError, ...] = (
    errors.TooManyQueries("600 queries a minute", 3),
    errors.ShapeViolations(2),
    errors.RdfSyntaxError("data/a.ttl", 3, 7, "unexpected end"),
    errors.SourceNotUtf8("data/a.ttl", 3, 7),
    errors.StoredQueryInvalid("queries/a.rq", 3, "no title"),
    errors.QueryMalformed(SENTENCE, 3, 7),
    errors.QueryMalformed(SENTENCE),
    errors.QueryOverBudget("time", "10 s"),
    errors.QueryCrashed(1024),
    errors.EngineBusy(),
    errors.AnswerIncomplete(),
    errors.NotDescribed(SENTENCE, "a:b", ("id/a", "id/ä")),
    errors.Gone("a:b", "2026-01-01-a", ("a:c", "a:d")),
    errors.NotAcceptable(SENTENCE, ("text/turtle",)),
)


def with_subclasses(cls: type[KgpubError]) -> list[type[KgpubError]]:
    return [cls] + [below for sub in cls.__subclasses__() for below in with_subclasses(sub)]


PLAIN: tuple[KgpubError, ...] = tuple(
    cls(SENTENCE)
    for cls in with_subclasses(KgpubError)
    if cls.__module__ == errors.__name__ and cls not in {type(error) for error in WITH_ATTRIBUTES}
)


def arrived(data: bytes) -> list[Frame]:
    buffer, frames = FrameBuffer(), []
    buffer.add(data)
    while (frame := buffer.take()) is not None:
        frames.append(frame)
    return frames


def name(value: object) -> str:
    return type(value).__name__


@pytest.mark.parametrize("error", WITH_ATTRIBUTES + PLAIN, ids=name)
def test_an_error_arrives_as_it_was_sent(error: KgpubError) -> None:
    (frame,) = arrived(encode_error(error))
    told = decode_error(frame)
    assert frame.tag is Tag.ERROR
    assert type(told) is type(error)
    assert told.sentence == error.sentence
    assert vars(told) == vars(error)
    assert (told.status, told.slug, told.title) == (error.status, error.slug, error.title)


def test_every_error_class_is_among_them() -> None:
    defined = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, KgpubError)}
    assert {type(error) for error in WITH_ATTRIBUTES + PLAIN} == defined


def test_an_error_of_no_known_class_is_an_unavailable_engine() -> None:
    frame = Frame(Tag.ERROR, b'{"class": "Unheard", "sentence": "No.", "state": {}}')
    assert type(decode_error(frame)) is errors.EngineUnavailable


@pytest.mark.parametrize("payload", [b"", b"x", bytes(range(256)) * 1000], ids=["empty", "one", "large"])
@pytest.mark.parametrize("tag", Tag)
def test_a_frame_arrives_as_it_was_sent(tag: Tag, payload: bytes) -> None:
    assert arrived(encode(tag, payload)) == [Frame(tag, payload)]


def test_frames_follow_each_other_without_a_gap() -> None:
    stream = encode(Tag.HEAD) + encode(Tag.DATA, b"ab") + encode(Tag.END)
    assert arrived(stream) == [Frame(Tag.HEAD, b""), Frame(Tag.DATA, b"ab"), Frame(Tag.END, b"")]


@pytest.mark.parametrize("size", [1, 2, 5, 7, 1000])
def test_frames_in_pieces_of_any_size_come_out_whole(size: int) -> None:
    stream = encode(Tag.HEAD, b"{}") + encode(Tag.DATA, b"abc" * 5) + encode(Tag.DATA) + encode(Tag.END)
    buffer, taken, ends = FrameBuffer(), [], []
    for at in range(0, len(stream), size):
        buffer.add(stream[at : at + size])
        ends.append(buffer.has_end)
        while (frame := buffer.take()) is not None:
            taken.append((frame.tag, frame.payload))
    assert taken == [(Tag.HEAD, b"{}"), (Tag.DATA, b"abc" * 5), (Tag.DATA, b""), (Tag.END, b"")]
    assert ends == [*[False] * (len(ends) - 1), True]


def test_a_document_arrives_as_it_was_sent() -> None:
    document = {"text": "ASK { <é> ?p '\U0001f600\\n\n' }", "seconds": 0.5, "default_graphs": None}
    assert [frame.document for frame in arrived(encode_document(Tag.QUERY, document))] == [document]
