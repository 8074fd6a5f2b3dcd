"""Read all sources of a plan into one file of sorted canonical N-Quads lines."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kgpub.canonical import canonical_lines, mentions_blank_node
from kgpub.errors import IriOutsideBase, SourceEmpty
from kgpub.linesort import LineSorter, write_lines
from kgpub.nquads import line_of
from kgpub.plan import Plan
from kgpub.sources import Source, read_quads


def gather(plan: Plan, target: Path) -> None:
    """Write the statements of all sources to *target*, each once, blank nodes with their canonical names.

    Raises what ``read_quads`` raises; for a project also ``SourceEmpty`` for a source without statements and
    ``IriOutsideBase`` for one that describes what could not be dereferenced.
    """
    if plan.is_project and not plan.sources:
        raise SourceEmpty("The project has no RDF file in its data, ontology and shapes folders.")
    blank: list[Quad] = []
    with closing(LineSorter(target.parent)) as sorter:
        for source in plan.sources:
            for quad in _checked(plan, source):
                line = line_of(quad)
                if "_:" in line and mentions_blank_node(quad):
                    blank.append(quad)
                else:
                    sorter.add(line)
        for line in canonical_lines(blank):
            sorter.add(line)
        write_lines(target, sorter)


def _checked(plan: Plan, source: Source) -> Iterator[Quad]:
    quads = read_quads(source, plan.publication.base_iri)
    if not plan.is_project:
        yield from quads
        return
    own = (plan.publication.base_iri, *plan.publication.described_elsewhere)
    is_empty = True
    for quad in quads:
        is_empty = False
        subject = quad.subject
        if isinstance(subject, NamedNode) and not subject.value.startswith(own) and not _is_quoted(plan, quad):
            raise _outside(plan, source, subject.value)
        yield quad
    if is_empty:
        raise SourceEmpty(f"{source.path} holds no statement; fill it or remove it.")


def _is_quoted(plan: Plan, quad: Quad) -> bool:
    return isinstance(quad.graph_name, NamedNode) and plan.is_quoted(quad.graph_name.value)


def _outside(plan: Plan, source: Source, iri: str) -> IriOutsideBase:
    text = source.path.read_text("utf-8", "replace") if source.path.suffix != ".gz" else ""
    line = next((number for number, line in enumerate(text.split("\n"), 1) if f"<{iri}>" in line), None)
    where = f"{source.path}" + (f", line {line}" if line else "")
    return IriOutsideBase(
        f"{where}: <{iri}> is described but lies outside the base IRI <{plan.publication.base_iri}>, so nobody could "
        "look it up here; write it relative to the base, or list its namespace under 'described_elsewhere'."
    )
