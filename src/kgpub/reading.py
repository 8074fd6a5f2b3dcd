"""Read sources into sorted runs of canonical N-Quads lines on disk: the share of them that one process takes.

The parser's quads go straight into Oxigraph's writer, whose output is the canonical form; from there on they are lines
of bytes, whose order in UTF-8 is that of code points.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import cast

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from kgpub.canonical import mentions_blank_node
from kgpub.errors import IriOutsideBase, KgpubError, SourceEmpty
from kgpub.iris import namespace_of
from kgpub.linesort import distinct, new_run
from kgpub.nquads import split_line
from kgpub.plan import Plan
from kgpub.source_notes import SourceNotes
from kgpub.sources import Source, parsed, read_quads, syntax_of

#: Sorting them takes about three times as much memory.
_BYTES_OF_A_RUN = 40_000_000
_QUADS_AT_ONCE = 50_000
#: Namespaces outside the base that an error lists.
_NAMESPACES_TOLD = 12
#: Comes behind all that starts in the same way: no character of UTF-8 has this byte.
_BEHIND = b"\xff"


@dataclass(frozen=True, slots=True)
class Read:
    """Files of lines: sorted *runs*, and those with *blank* nodes, which get their names when all are known.

    *notes* tell which file describes which thing.
    """

    runs: tuple[Path, ...]
    blank: Path
    notes: Path


def read_sources(plan: Plan, sources: tuple[Source, ...], folder: Path) -> Read:
    """Read sources of a plan into files in a folder.

    Raises what ``parsed`` raises; for a project also ``SourceEmpty`` for a source without statements and
    ``IriOutsideBase`` for one that describes what could not be dereferenced.
    """
    blank = new_run(folder)
    notes = SourceNotes(plan, folder)
    runs: list[Path] = []
    plain: list[bytes] = []
    size = 0
    with blank.open("wb") as blank_file:
        for lines in _canonical(plan, sources, notes):
            more, with_blank = _by_blank_nodes(lines)
            blank_file.writelines(with_blank)
            plain += more
            size += sum(map(len, more))
            if size >= _BYTES_OF_A_RUN:
                runs.append(_written(plain, folder))
                plain, size = [], 0
    runs.append(_written(plain, folder))
    return Read(tuple(runs), blank, notes.written())


def _written(lines: list[bytes], folder: Path) -> Path:
    run = new_run(folder)
    with run.open("wb") as file:
        file.write(b"".join(distinct(lines)))
    return run


def _canonical(plan: Plan, sources: Iterable[Source], notes: SourceNotes) -> Iterator[list[bytes]]:
    """Yield the canonical lines of sources, each with its end, some at a time, these sorted."""
    for source in sources:
        is_empty = True
        for lines in _lines_of(source, plan.publication.base_iri):
            is_empty = False
            if plan.is_project:
                _check_base(plan, source, lines)
            notes.take(source, lines)
            yield lines
        if plan.is_project and is_empty:
            raise SourceEmpty(f"{source.path} holds no statement; fill it or remove it.")


def _lines_of(source: Source, base_iri: str) -> Iterator[list[bytes]]:
    has_graphs = syntax_of(source.path).supports_datasets
    graph = f" {NamedNode(source.graph)} .\n".encode() if source.graph and not has_graphs else b" .\n"
    quads = (read_quads if has_graphs else parsed)(source, base_iri)
    while text := _written_out(islice(quads, _QUADS_AT_ONCE)):
        lines = BytesIO(text.replace(b" .\n", graph)).readlines()  # a line feed stands at the end of a line alone
        lines.sort()
        yield lines


def _written_out(quads: Iterable[Quad]) -> bytes:
    text = BytesIO()
    serialize(quads, text, RdfFormat.N_QUADS)
    return text.getvalue()


def _by_blank_nodes(lines: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Return the lines without blank nodes, and those with one."""
    if b"_:" not in b"".join(lines):
        return lines, []
    suspects = [line for line in lines if b"_:" in line]
    quads = parse(b"".join(suspects), RdfFormat.N_QUADS, lenient=True)
    with_blank = [line for line, quad in zip(suspects, quads, strict=True) if mentions_blank_node(quad)]
    found = set(with_blank)
    return [line for line in lines if line not in found], with_blank


# --- what may be described -------------------------------------------------------------------------------


def _check_base(plan: Plan, source: Source, lines: list[bytes]) -> None:
    """Raise ``IriOutsideBase`` where lines describe what lies outside the base, unless they are quoted."""
    own = (plan.publication.base_iri, *plan.publication.described_elsewhere)
    foreign = _outside(lines, tuple(f"<{iri}".encode() for iri in own))
    if any(not plan.is_quoted(split_line(line[:-1].decode()).graph_iri) for line in foreign):
        raise _first_outside(plan, source, own)


def _outside(lines: list[bytes], own: tuple[bytes, ...]) -> Iterator[bytes]:
    """Yield those of sorted lines whose subject is an IRI that starts otherwise, leaping over the others."""
    at = 0
    while at < len(lines):
        start = next((start for start in (*own, b"_:") if lines[at].startswith(start)), None)
        if start is None:
            yield lines[at]
            at += 1
        else:
            at = bisect_left(lines, start + _BEHIND, at)


def _first_outside(plan: Plan, source: Source, own: tuple[str, ...]) -> IriOutsideBase:
    iri = next(_described_outside(plan, source, own))
    text = source.path.read_text("utf-8", "replace") if source.path.suffix != ".gz" else ""
    line = next((number for number, line in enumerate(text.split("\n"), 1) if f"<{iri}>" in line), None)
    where = f"{source.path}" + (f", line {line}" if line else "")
    return IriOutsideBase(
        f"{where}: <{iri}> is described but lies outside the base IRI <{plan.publication.base_iri}>, so nobody could "
        "look it up here; write it relative to the base, or allow what the sources describe elsewhere: "
        f"described_elsewhere = [{', '.join(_namespaces_outside(plan, own))}]."
    )


def _described_outside(plan: Plan, source: Source, own: tuple[str, ...]) -> Iterator[str]:
    for quad in read_quads(source, plan.publication.base_iri):
        is_outside = isinstance(quad.subject, NamedNode) and not quad.subject.value.startswith(own)
        if is_outside and not (isinstance(quad.graph_name, NamedNode) and plan.is_quoted(quad.graph_name.value)):
            yield cast("NamedNode", quad.subject).value


def _namespaces_outside(plan: Plan, own: tuple[str, ...]) -> list[str]:
    """Return the namespaces outside the base that a project would have to allow, and those that it allows.

    A source with a mistake of its own is told another time.
    """
    found: dict[str, None] = dict.fromkeys(f'"{namespace}"' for namespace in own[1:])
    for source in plan.sources:
        with suppress(KgpubError):
            outside = islice(_described_outside(plan, source, own), _QUADS_AT_ONCE)
            found |= dict.fromkeys(f'"{namespace_of(iri)}"' for iri in outside)
    shortest = sorted(found, key=len)
    listed = [name for name in found if not any(name.startswith(o[:-1]) for o in shortest if len(o) < len(name))]
    return listed if len(listed) <= _NAMESPACES_TOLD else [*listed[:_NAMESPACES_TOLD], "…"]
