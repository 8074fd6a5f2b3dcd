"""Spans of a release against a copy of the text."""

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import SOURCE_TEXT
from kgpub.content import packaged_query
from kgpub.errors import NothingToVerify, SourceUnreadable
from kgpub.release import Release
from kgpub.source_check import Verdict, as_text, verify_source
from kgpub.text_spans import MOST_BYTES
from projects import BASE, release_of, run_kgpub

#: Three lines with characters of one, two, three and four bytes, composed and decomposed, and some after the last span.
TEXT = "A caf\xe9 \u2013 na\xefve.\nThe second line \U0001f600, cafe\u0301.\nThe third, all told.\nNo more."
PREFIXES = """
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
LAST_END = TEXT.index("told") + 4
#: The words that have a span, and before them all that these words are in, line ends included.
WORDS = [(0, LAST_END), *(match.span() for match in re.finditer(r"[^\s.,]+", TEXT[:LAST_END]))]


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def span(name: str, start: object, end: object, hash_: str, source: str = "oa:hasSource ex:text ; ") -> str:
    return f"""ex:{name} {source}oa:hasSelector [ a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} ] ;
        spdx:checksum {checksum(hash_)} .\n"""


def checksum(value: str) -> str:
    return f'[ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue "{value}"^^xsd:hexBinary ]'


def spans(text: str = TEXT, words: Sequence[tuple[int, int]] = WORDS) -> str:
    return "".join(span(f"w{start}-{end}", start, end, sha256(text[start:end])) for start, end in words)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release with spans of the text, up to its last line."""
    return release_of(tmp_path_factory.mktemp("spans"), PREFIXES + spans())


def verdict_on(release: Release, folder: Path, body: bytes) -> Verdict:
    file = folder / "text.txt"
    file.write_bytes(body)
    return verify_source(release, file)


def said(verdict: Verdict) -> str:
    return as_text(verdict, lambda iri: f"<{iri}>").replace(str(verdict.file), "FILE")


# Matching ---------------------------------------------------------------------------------------


def test_the_text_matches(release: Release, tmp_path: Path) -> None:
    verdict = verdict_on(release, tmp_path, TEXT.encode())
    assert verdict.is_match
    assert said(verdict) == f"All {len(WORDS)} spans of <{BASE}text> match FILE."


def test_what_follows_the_spans_may_differ(release: Release, tmp_path: Path) -> None:
    assert verdict_on(release, tmp_path, TEXT[:LAST_END].encode()).is_match
    assert verdict_on(release, tmp_path, f"{TEXT}\nMore.\n".encode()).is_match


def test_the_hash_of_the_whole_text_is_compared_too(tmp_path: Path) -> None:
    release = release_of(tmp_path, f"{PREFIXES}{spans()} ex:text spdx:checksum {checksum(sha256(TEXT))} .")
    assert said(verdict_on(release, tmp_path, TEXT.encode())).endswith("It is the recorded text, byte for byte.")
    longer = verdict_on(release, tmp_path, TEXT.encode() + b"\n")
    assert longer.is_match
    assert said(longer).endswith("Outside the spans it differs from the recorded text.")


def test_hashes_in_capitals_are_the_same_hashes(tmp_path: Path) -> None:
    release = release_of(tmp_path, PREFIXES + span("w", 0, 1, sha256("A").upper()))
    assert verdict_on(release, tmp_path, b"A").is_match


# Not matching -----------------------------------------------------------------------------------


def test_each_span_that_does_not_match_is_named(release: Release, tmp_path: Path) -> None:
    edited = TEXT.replace("second", "2econd")[: LAST_END - 1]
    verdict = verdict_on(release, tmp_path, edited.encode())
    second, told = TEXT.index("second"), TEXT.index("told")
    assert not verdict.is_match
    assert said(verdict).split("\n") == [
        f"<{BASE}w0-{LAST_END}>, 0 to {LAST_END}: ends after the end of the text.",
        f"<{BASE}w{second}-{second + 6}>, {second} to {second + 6}: covers other text.",
        f"<{BASE}w{told}-{LAST_END}>, {told} to {LAST_END}: ends after the end of the text.",
        f"3 of {len(WORDS)} spans of <{BASE}text> do not match FILE.",
    ]


def test_no_word_of_the_text_is_shown(release: Release, tmp_path: Path) -> None:
    words = set(re.findall(r"\w{5,}", TEXT))
    shown = said(verdict_on(release, tmp_path, TEXT.replace("A", "B").replace("\n", "\r\n").encode()))
    assert {word for word in words if word in shown} == set()


@pytest.mark.parametrize(
    ("body", "steps"),
    [
        (TEXT.replace("\n", "\r\n").encode(), "converting its line endings to LF"),
        (TEXT.replace("\n", "\r").encode(), "converting its line endings to LF"),
        (TEXT.encode("utf-8-sig"), "removing its byte order mark"),
        (TEXT.encode("utf-16"), "reading it as UTF-16"),
        (f"\n\n  {TEXT}".encode(), "removing the white space at its start"),
        (
            TEXT.replace("\n", "\r\n").encode("utf-8-sig"),
            "removing its byte order mark and converting its line endings to LF",
        ),
        (
            TEXT.replace("\n", "\r\n").encode("utf-16"),
            "reading it as UTF-16 and converting its line endings to LF",
        ),
    ],
    ids=["CRLF", "CR", "BOM", "UTF-16", "blank lines first", "BOM and CRLF", "UTF-16 and CRLF"],
)
def test_a_simple_difference_is_told(release: Release, tmp_path: Path, body: bytes, steps: str) -> None:
    verdict = verdict_on(release, tmp_path, body)
    assert not verdict.is_match
    assert said(verdict).endswith(f"\nAfter {steps}, the spans match.")


@pytest.mark.parametrize(
    ("described", "given", "steps"),
    [
        ("caf\xe9 and na\xefve", "cafe\u0301 and nai\u0308ve", "normalising it to Unicode NFC"),
        ("cafe\u0301 and nai\u0308ve", "caf\xe9 and na\xefve", "normalising it to Unicode NFD"),
        ("one\r\ntwo\r\nthree", "one\ntwo\nthree", "converting its line endings to CRLF"),
    ],
    ids=["NFD", "NFC", "LF"],
)
def test_a_difference_the_other_way_is_told(tmp_path: Path, described: str, given: str, steps: str) -> None:
    words = [match.span() for match in re.finditer(r"\S+", described)]
    release = release_of(tmp_path, PREFIXES + spans(described, words))
    assert said(verdict_on(release, tmp_path, given.encode())).endswith(f"\nAfter {steps}, the spans match.")


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_a_text_in_an_old_encoding_is_told(tmp_path: Path, encoding: str) -> None:
    described = "d\xe9j\xe0 vu" + ("\x85 \x81" if encoding == "latin-1" else " \u2013 \u20ac")
    release = release_of(tmp_path, PREFIXES + spans(described, [(0, len(described))]))
    verdict = verdict_on(release, tmp_path, described.encode(encoding))
    name = {"cp1252": "Windows-1252", "latin-1": "ISO 8859-1"}[encoding]
    assert said(verdict).split("\n") == [
        f"FILE is not UTF-8, so that the 1 span of <{BASE}text> cannot be found in it as it stands.",
        f"After reading it as {name}, the spans match.",
    ]


@pytest.mark.parametrize(
    ("codec", "size", "name"),
    [("utf-8", 1, "UTF-8 bytes"), ("utf-16-le", 2, "UTF-16 code units")],
    ids=["bytes", "UTF-16"],
)
def test_offsets_in_other_units_are_told(tmp_path: Path, codec: str, size: int, name: str) -> None:
    def offset(at: int) -> int:
        return len(TEXT[:at].encode(codec)) // size

    words = "".join(span(f"w{a}-{b}", offset(a), offset(b), sha256(TEXT[a:b])) for a, b in WORDS)
    release = release_of(tmp_path, PREFIXES + words)
    verdict = verdict_on(release, tmp_path, TEXT.encode())
    assert said(verdict).endswith(f"\nAfter counting offsets in {name}, the spans match.")


def test_a_final_line_end_that_a_span_covers_is_told(tmp_path: Path) -> None:
    release = release_of(tmp_path, PREFIXES + spans("A line.\n", [(0, 1), (0, 8)]))
    verdict = verdict_on(release, tmp_path, b"A line.")
    assert said(verdict).endswith("\nAfter adding a line ending at its end, the spans match.")


def test_where_most_spans_match_after_a_change_it_is_told_how_many(release: Release, tmp_path: Path) -> None:
    verdict = verdict_on(release, tmp_path, TEXT.replace("third", "3hird").replace("\n", "\r\n").encode())
    most = f"{len(WORDS) - 2} of {len(WORDS)} spans"
    assert said(verdict).endswith(f"\nAfter converting its line endings to LF, {most} match.")


@pytest.mark.parametrize(
    ("start", "end", "hash_", "fault"),
    [
        ("-1", "1", sha256("A"), "has no offsets that go from one place to a later one"),
        ('"one"', "1", sha256("A"), "has no offsets that go from one place to a later one"),
        ("3", "1", sha256("A"), "has no offsets that go from one place to a later one"),
        ("0", "1", "abc", "has no SHA-256 of 64 hexadecimal digits"),
        ("0", "99999999999999999999", sha256("A"), "ends after the end of the text"),
    ],
    ids=["negative", "a word", "backwards", "no hash", "far away"],
)
def test_a_span_that_can_match_nothing_is_told(tmp_path: Path, start: str, end: str, hash_: str, fault: str) -> None:
    release = release_of(tmp_path, PREFIXES + spans() + span("bad", start, end, hash_))
    verdict = verdict_on(release, tmp_path, TEXT.encode())
    assert [(faulty.iri, what) for faulty, what in verdict.faults] == [(f"{BASE}bad", fault)]
    assert verdict.steps == ()


# Nothing to compare -----------------------------------------------------------------------------


def test_of_several_texts_one_has_to_be_chosen(tmp_path: Path) -> None:
    others = span("other", 0, 1, sha256("B"), "oa:hasSource ex:other-text ; ") + span("nameless", 0, 1, sha256("C"), "")
    release = release_of(tmp_path, PREFIXES + spans() + others)
    (tmp_path / "b.txt").write_text("B")
    with pytest.raises(NothingToVerify, match=f"choose one with --source: one without an IRI, <{BASE}other-text>, <"):
        verify_source(release, tmp_path / "b.txt")
    with pytest.raises(NothingToVerify, match=f"no span of <{BASE}third>; the texts it has spans of are one"):
        verify_source(release, tmp_path / "b.txt", "third")
    assert verify_source(release, tmp_path / "b.txt", "other-text").is_match
    assert verify_source(release, tmp_path / "b.txt", f"{BASE}other-text").spans == 1
    assert not verify_source(release, tmp_path / "b.txt", "text").is_match


def test_a_release_without_spans_is_told(tmp_path: Path) -> None:
    release = release_of(tmp_path, "ex:a a ex:Thing .")
    (tmp_path / "a.txt").write_text("A")
    with pytest.raises(NothingToVerify, match="gives no span of a text"):
        verify_source(release, tmp_path / "a.txt")


def test_a_file_that_is_no_text_is_told(release: Release, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(2 << 30)
    reasons = {"": "is a folder", "none": "No such file", "empty": "is empty", "huge": "larger than 32 MB"}
    for name, reason in reasons.items():
        with pytest.raises(SourceUnreadable, match=reason):
            verify_source(release, tmp_path / name)


@pytest.mark.skipif(os.getuid() == 0, reason="the superuser may read anything")
def test_a_file_that_may_not_be_read_is_told(release: Release, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(TEXT)
    (tmp_path / "secret").chmod(0)
    with pytest.raises(SourceUnreadable, match="Permission denied"):
        verify_source(release, tmp_path / "secret")


def test_a_file_of_the_largest_size_is_read(release: Release, tmp_path: Path) -> None:
    assert verdict_on(release, tmp_path, TEXT.encode().ljust(MOST_BYTES)).is_match


# The command ------------------------------------------------------------------------------------


def test_the_command_says_one_line_and_ends_with_0_where_all_match(release: Release, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_bytes(TEXT.encode())
    done = run_kgpub("verify-source", "text.txt", "--release", release.folder, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"All {len(WORDS)} spans of <{BASE}text> match text.txt.\n"


def test_the_command_ends_with_1_where_a_span_does_not_match(release: Release, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_bytes(TEXT.replace("\n", "\r\n").encode())
    project = release.folder.parents[1]
    done = run_kgpub("verify-source", tmp_path / "text.txt", "--project", project, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.endswith("the spans match.\n")


def test_the_command_tells_what_it_cannot_do(release: Release, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(TEXT)
    for arguments, code in [
        (("text.txt", "--release", tmp_path), 13),
        (("text.txt",), 4),
        (("none.txt", "--release", release.folder), 4),
        (("text.txt", "--release", release.folder, "--source", "nobody"), 17),
        ((), 64),
    ]:
        done = run_kgpub("verify-source", *arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (code, ""), arguments
        assert "Traceback" not in done.stderr


# The announcement -------------------------------------------------------------------------------


def test_the_announcements_text_matches_where_it_is_at_hand(announcement_release: Release) -> None:
    if not SOURCE_TEXT.is_file():
        pytest.skip("the source is not redistributed")
    verdict = verify_source(announcement_release, SOURCE_TEXT)
    assert (verdict.spans, verdict.faults, verdict.is_recorded) == (295, [], True)


def test_every_span_of_the_announcement_can_be_checked(announcement: ox.Store) -> None:
    solutions = announcement.query(packaged_query("spans"))
    assert isinstance(solutions, ox.QuerySolutions)
    found = [(row["span"], int(row["start"].value), int(row["end"].value), row["sha256"].value) for row in solutions]
    assert len(found) == 295
    for iri, start, end, hash_ in found:
        assert iri.value == f"https://w3id.org/stca-kg/id/span-{start}-{end}"
        assert 0 <= start < end <= 4507
        assert re.fullmatch("[0-9a-f]{64}", hash_)


def test_every_span_of_the_announcement_lies_in_its_unit(announcement: ox.Store) -> None:
    solutions = announcement.query(
        """PREFIX cn: <https://w3id.org/stca-kg/ontology/>
        PREFIX oa: <http://www.w3.org/ns/oa#>
        SELECT DISTINCT ?span ?start ?end ?first ?last WHERE {
            { ?unit cn:yields/(cn:contentSpan|cn:cueSpan) ?span } UNION { ?span cn:inUnit ?unit }
            ?span oa:hasSelector ?at . ?at oa:start ?start ; oa:end ?end .
            ?unit cn:atSpan/oa:hasSelector ?whole . ?whole oa:start ?first ; oa:end ?last }"""
    )
    assert isinstance(solutions, ox.QuerySolutions)
    places = [[int(value.value) for value in list(row)[1:] if isinstance(value, ox.Literal)] for row in solutions]
    assert len(places) > 200
    assert [place for place in places if not place[2] <= place[0] < place[1] <= place[3]] == []
