"""Content codings: what a client that prefers one gets, read by somebody else's decoder."""

import gzip
from collections.abc import Callable

import brotli
import pytest
import zstandard

from kgpub.content_coding import (
    CODINGS,
    Headers,
    choose_coding,
    coded,
    coded_headers,
    encoder_of,
    is_worth_it,
    without_codings,
)

DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}
TURTLE: Headers = [(b"content-type", b"text/turtle; charset=utf-8"), (b"content-length", b"2000"), (b"etag", b'"tag"')]
BODY = b"<a:s> <a:p> 1 .\n" * 125


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        (b"", None),
        (b"gzip", "gzip"),
        (b"gzip, deflate, br, zstd", "zstd"),
        (b"gzip, deflate, br", "br"),
        (b"br;q=0.5, gzip", "gzip"),
        (b"GZIP ; q=0.3", "gzip"),
        (b"*", "zstd"),
        (b"*;q=0.5, zstd;q=0, br;q=0", "gzip"),
        (b"gzip;q=0", None),
        (b"identity, gzip;q=0.5", None),
        (b"identity;q=0.5, gzip", "gzip"),
        (b"gzip;q=nonsense", None),
        (b"deflate, compress", None),
        (b"\xff\xfe,,;;q=1", None),
    ],
)
def test_the_coding_is_the_one_that_the_client_likes_best(accepted: bytes, coding: str | None) -> None:
    assert choose_coding(accepted) == coding


@pytest.mark.parametrize("coding", CODINGS)
def test_a_body_is_read_back_whole(coding: str) -> None:
    headers, body = coded(TURTLE, BODY, coding)
    assert DECODERS[coding](body) == BODY
    assert len(body) < len(BODY) / 5
    assert dict(headers)[b"content-length"] == str(len(body)).encode()
    assert dict(headers)[b"content-encoding"] == coding.encode()


@pytest.mark.parametrize("coding", CODINGS)
def test_a_stream_is_read_back_and_nothing_is_held_back(coding: str) -> None:
    encoder = encoder_of(coding)
    pieces = [encoder.feed(b"row %d\n" % number * 100) for number in range(20)]
    assert all(pieces)
    assert DECODERS[coding](b"".join(pieces) + encoder.end()) == b"".join(b"row %d\n" % n * 100 for n in range(20))


def test_each_coding_has_a_tag_of_its_own_that_is_known_again() -> None:
    tags = {dict(coded(TURTLE, BODY, coding)[0])[b"etag"] for coding in (*CODINGS, None)}
    assert tags == {b'"tag"', b'"tag-br"', b'"tag-gzip"', b'"tag-zstd"'}
    assert {without_codings(tag) for tag in tags} == {b'"tag"'}
    assert without_codings(b'W/"a-br", "b", "c-gzip-x"') == b'W/"a", "b", "c-gzip-x"'


@pytest.mark.parametrize("coding", [*CODINGS, None])
def test_caches_are_told_that_the_coding_was_negotiated(coding: str | None) -> None:
    assert dict(coded_headers(TURTLE, coding))[b"vary"] == b"Accept-Encoding"
    assert dict(coded_headers([*TURTLE, (b"vary", b"Accept")], coding))[b"vary"] == b"Accept, Accept-Encoding"


@pytest.mark.parametrize(
    ("content_type", "is_coded"),
    [
        (b"text/html; charset=utf-8", True), (b"application/ld+json", True), (b"application/sparql-results+xml", True),
        (b"application/n-quads", True), (b"image/svg+xml", True),
        (b"application/gzip", False), (b"image/png", False), (b"", False),
    ],
)  # fmt: skip
def test_what_is_no_text_is_left_alone(content_type: bytes, *, is_coded: bool) -> None:
    assert is_worth_it([(b"content-type", content_type)], 2_000) is is_coded


def test_what_is_short_or_coded_already_is_left_alone() -> None:
    assert coded(TURTLE[:1], b"short", "br") == (TURTLE[:1], b"short")
    packed = [*TURTLE, (b"content-encoding", b"gzip")]
    assert coded(packed, BODY, "br") == (packed, BODY)


def test_head_has_the_headers_of_get() -> None:
    headers, body = coded(TURTLE, b"", "br")
    assert body == b""
    assert dict(headers) == {n: v for n, v in coded(TURTLE, BODY, "br")[0] if n != b"content-length"}
