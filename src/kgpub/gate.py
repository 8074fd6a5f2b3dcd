"""Run the SHACL gate: on a release in the making, or alone, on a project or on any files."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import NamedNode, Quad, Store

from kgpub.canonical import canonical_lines
from kgpub.errors import SettingsInvalid, ShapesInvalid, SourceUnreadable
from kgpub.infer import infer
from kgpub.iris import is_iri
from kgpub.linesort import read_lines
from kgpub.nquads import quads_of, split_line
from kgpub.plan import SHAPES_GRAPH, Plan, project_plan
from kgpub.report import Report
from kgpub.settings import Settings
from kgpub.shacl import validate
from kgpub.sources import named_sources, read_quads
from kgpub.statements import Statements
from kgpub.triplestore import Triplestore

#: More statements are held on disk: a million takes 0.4 GB of memory.
_IN_MEMORY = 2_000_000


def validate_files(data: Sequence[Path], shapes: Sequence[Path], base_iri: str | None) -> Report:
    """Validate files against shapes, whatever graphs they hold; relative IRIs resolve against the file's own.

    Raises ``SourceUnreadable`` where one of the two is not named, ``SettingsInvalid`` for a base that is no IRI,
    ``ShapesInvalid``, and what ``read_quads`` raises.
    """
    if base_iri is not None and not is_iri(base_iri):
        raise SettingsInvalid(f"--base: '{base_iri}' is no absolute IRI.")
    if not data or not shapes:
        missing = "--data" if shapes else "--shapes"
        raise SourceUnreadable(
            f"{missing} is missing: name the files to validate and the shapes to validate them with."
        )
    read: dict[Path, list[Quad]] = {}
    return validate(_quads(data, base_iri, read), _quads(shapes, base_iri, read))


def validate_statements(statements: Statements, shapes_graph: str, scratch: Path) -> Report:
    """Validate what is asserted in a release in the making against the shapes in one of its graphs.

    What is too large for memory goes into the folder *scratch* meanwhile. Raises ``ShapesInvalid``.
    """
    shapes = (line for line in statements.lines() if split_line(line).graph_iri == shapes_graph)
    with TemporaryDirectory(dir=scratch) as folder:
        place = Path(folder) if statements.size > _IN_MEMORY else None
        return validate(quads_of(read_lines(statements.triples)), quads_of(shapes), place)


def _quads(paths: Sequence[Path], base_iri: str | None, read: dict[Path, list[Quad]]) -> list[Quad]:
    """Return the quads of files, of one that is in *read* the same again, blank nodes included."""
    quads = []
    for source in named_sources(paths):
        file = source.path.resolve()
        if file not in read:
            read[file] = list(read_quads(source, base_iri))
        quads += read[file]
    return quads


def validate_project(settings: Settings) -> Report:
    """Validate the asserted statements of a project, and what its rules give, against its shapes, as a build does."""
    plan = project_plan(settings)
    read = (quad for source in plan.sources for quad in read_quads(source, plan.base.iri))
    quads = list(quads_of(canonical_lines(read)))
    shapes_graph = NamedNode(plan.base.resolve(SHAPES_GRAPH))
    shapes = [quad for quad in quads if quad.graph_name == shapes_graph]
    if not shapes:
        raise ShapesInvalid(f"The project has no shapes in its folder '{settings.folders.shapes}'.")
    asserted = [quad for quad in quads if not plan.is_quoted(_graph(quad))]
    return validate([*asserted, *_inferred(plan, quads)], shapes)


def _inferred(plan: Plan, quads: list[Quad]) -> Iterator[Quad]:
    store = Triplestore(Store())
    store.add_quads(quads)
    in_default_graph = (quad for quad in quads if plan.in_default_graph(_graph(quad)))
    store.add_quads(Quad(quad.subject, quad.predicate, quad.object) for quad in in_default_graph)
    yield from quads_of(infer(store, plan))


def _graph(quad: Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
