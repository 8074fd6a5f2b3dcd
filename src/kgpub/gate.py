"""Run the SHACL gate alone: on a project, or on any files."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kgpub.errors import SettingsInvalid, ShapesInvalid, SourceUnreadable
from kgpub.iris import is_iri
from kgpub.plan import SHAPES_GRAPH, project_plan
from kgpub.report import Report
from kgpub.settings import Settings
from kgpub.shacl import validate
from kgpub.sources import named_sources, read_quads


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
    return validate(_quads(data, base_iri), _quads(shapes, base_iri))


def _quads(paths: Sequence[Path], base_iri: str | None) -> list[Quad]:
    return [quad for source in named_sources(paths) for quad in read_quads(source, base_iri)]


def validate_project(settings: Settings) -> Report:
    """Validate the asserted statements of a project against its shapes, before any rule has run."""
    plan = project_plan(settings)
    quads = [quad for source in plan.sources for quad in read_quads(source, plan.base.iri)]
    shapes_graph = NamedNode(plan.base.resolve(SHAPES_GRAPH))
    shapes = [quad for quad in quads if quad.graph_name == shapes_graph]
    if not shapes:
        raise ShapesInvalid(f"The project has no shapes in its folder '{settings.folders.shapes}'.")
    return validate(_asserted(quads, plan.is_quoted), shapes)


def _asserted(quads: list[Quad], is_quoted: Callable[[str], bool]) -> Iterator[Quad]:
    return (quad for quad in quads if not is_quoted(getattr(quad.graph_name, "value", "")))
