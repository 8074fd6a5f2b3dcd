"""Check the spans of a release against a copy of the text that they are of.

The text itself is in no release: its spans are given by offsets (Web Annotation, TextPositionSelector) and by the
SHA-256 of the UTF-8 bytes that they cover. Whoever has the text can tell by these whether the release speaks of it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions

from kgpub.content import packaged_query
from kgpub.errors import NothingToVerify
from kgpub.iris import Base
from kgpub.release import Release
from kgpub.text_readings import Reading, readings
from kgpub.text_spans import Span, text_body
from kgpub.triplestore import Triplestore

_DIFFERS_ELSEWHERE = " Outside the spans it differs from the recorded text."


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a file compares with the spans of one text.

    *faults* are the spans that do not match the file as it stands, each with what is wrong. *steps* are the simple
    change under which most spans match, none where no change makes more of them match, and *matching* is how many do
    then. *is_recorded* tells whether the file as a whole has the hash that the release records for the text; None
    where it records none.
    """

    file: Path
    source: str
    spans: int
    faults: Sequence[tuple[Span, str]]
    is_utf8: bool
    is_recorded: bool | None
    steps: tuple[str, ...] = ()
    matching: int = 0

    @property
    def is_match(self) -> bool:
        """Tell whether every span matches the file as it stands."""
        return self.is_utf8 and not self.faults


def verify_source(release: Release, file: Path, source: str | None = None) -> Verdict:
    """Compare a file with the spans of a text; *source* is its IRI, needed where the release has spans of several.

    Raises ``SourceUnreadable`` for a file that cannot be read, is empty or is too large to be a text, and
    ``NothingToVerify`` where the release has no such spans or *source* does not tell which.
    """
    spans_of = _spans_by_source(release)
    chosen = _chosen(spans_of, release, source)
    spans = spans_of[chosen]
    body = text_body(file)
    recorded = {sha256.lower() for iri, sha256 in _rows(release, "text-checksums") if iri == chosen}
    ways = readings(body)
    first = next(ways)
    is_utf8 = not first.steps
    verdict = Verdict(
        file,
        chosen,
        len(spans),
        [(span, fault) for span in spans if (fault := span.fault(first))] if is_utf8 else (),
        is_utf8,
        hashlib.sha256(body).hexdigest() in recorded if recorded else None,
    )
    if verdict.is_match:
        return verdict
    steps, matching = _closest(spans, chain([first], ways))
    return replace(verdict, steps=steps, matching=matching)


def as_text(verdict: Verdict, name_of: Callable[[str], str]) -> str:
    """Return a verdict in sentences, a line for each span that does not match; never with words of the text."""
    text = f"{name_of(verdict.source)}" if verdict.source else "the text"
    spans = f"{verdict.spans:,} span{'s' if verdict.spans != 1 else ''}"
    if verdict.is_match:
        whole = {True: " It is the recorded text, byte for byte.", False: _DIFFERS_ELSEWHERE, None: ""}
        return f"All {spans} of {text} match {verdict.file}.{whole[verdict.is_recorded]}"
    lines = [f"{name_of(span.iri)}, {span.start} to {span.end}: {fault}." for span, fault in verdict.faults]
    if verdict.is_utf8:
        lines.append(f"{len(verdict.faults):,} of {spans} of {text} do not match {verdict.file}.")
    else:
        lines.append(f"{verdict.file} is not UTF-8, so that the {spans} of {text} cannot be found in it as it stands.")
    if verdict.steps:
        how_many = "the spans match" if verdict.matching == verdict.spans else f"{verdict.matching:,} of {spans} match"
        lines.append(f"After {' and '.join(verdict.steps)}, {how_many}.")
    return "\n".join(lines)


def _spans_by_source(release: Release) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = defaultdict(list)
    for iri, source, start, end, sha256 in _rows(release, "spans"):
        spans[source].append(Span(iri, start, end, sha256))
    if not spans:
        raise NothingToVerify(
            "The release gives no span of a text by offsets and SHA-256: there is nothing to compare."
        )
    return {source: sorted(spans[source], key=Span.place) for source in sorted(spans)}


def _chosen(spans: Collection[str], release: Release, source: str | None) -> str:
    """Return the text to compare with: the one asked for, or the only one there is."""
    listed = ", ".join(f"<{iri}>" if iri else "one without an IRI" for iri in spans)
    if source is not None:
        chosen = Base(release.manifest.publication.base_iri).resolve(source)
        if chosen not in spans:
            raise NothingToVerify(f"The release has no span of <{chosen}>; the texts it has spans of are {listed}.")
        return chosen
    if len(spans) > 1:
        raise NothingToVerify(f"The release has spans of several texts; choose one with --source: {listed}.")
    return next(iter(spans))


def _rows(release: Release, query: str) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a query that comes with kgpub, over what the release asserts, as texts."""
    named = (NamedNode(graph.iri) for graph in release.manifest.graphs if not graph.quoted)
    rows = Triplestore.of_release(release.folder).query(packaged_query(query), default_graph=[DefaultGraph(), *named])
    for row in rows if isinstance(rows, QuerySolutions) else ():
        yield tuple("" if value is None else value.value for value in row)


def _closest(spans: Sequence[Span], ways: Iterable[Reading]) -> tuple[tuple[str, ...], int]:
    """Return the steps of the reading that most spans match, the simplest among equals, and how many do."""
    steps: tuple[str, ...] = ()
    most = 0
    for reading in ways:
        matching = sum(not span.fault(reading) for span in spans)
        if matching > most:
            steps, most = reading.steps, matching
        if most == len(spans):
            break
    return steps, most
