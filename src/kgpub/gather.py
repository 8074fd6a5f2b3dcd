"""Read all sources of a plan and bring their statements into one order."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, parse

from kgpub.canonical import canonical_lines
from kgpub.errors import SourceEmpty
from kgpub.plan import Plan
from kgpub.reading import Read, read_sources
from kgpub.source_notes import write_source_notes
from kgpub.sources import size_of
from kgpub.statements import Statements, write_statements
from kgpub.tasks import Crew


def gather(plan: Plan, folder: Path, crew: Crew) -> Statements:
    """Write the statements of all sources into a folder, each once, blank nodes with their canonical names.

    Raises what ``read_sources`` raises, and ``SourceEmpty`` for a project without any.
    """
    if plan.is_project and not plan.sources:
        raise SourceEmpty("The project has no RDF file in its data, ontology and shapes folders.")
    shares = crew.shares(plan.sources, [size_of(source.path) for source in plan.sources])
    tasks = [crew.start(read_sources, plan, share, folder) for share in shares]
    read = [task.result() for task in tasks]
    named = sorted(f"{line}\n".encode() for line in canonical_lines(_blank_quads(read)))
    paths = [path for part in read for path in (*part.runs, part.blank)]
    with ExitStack() as stack:
        runs = [stack.enter_context(run.open("rb")) for part in read for run in part.runs]
        statements = write_statements(folder, "explicit", [*runs, named], plan.is_quoted)
    for path in paths:
        path.unlink()
    write_source_notes(folder, [part.notes for part in read])
    return statements


def _blank_quads(read: list[Read]) -> Iterator[Quad]:
    for part in read:
        for quad in parse(path=part.blank, format=RdfFormat.N_QUADS, lenient=True):
            yield quad if isinstance(quad, Quad) else Quad(*quad)
