"""The SHACL gate: the judgement of pySHACL, with every term handed over and back as it was written."""

import contextlib
import io
import logging
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pyoxigraph as ox
import pyshacl
import rdflib
from pyshacl.entrypoints import meta_validate
from pyshacl.errors import ReportableRuntimeError, ValidationFailure
from pyshacl.shape import Shape
from rdflib import RDF, SH, XSD, Literal

from kgpub.errors import ShapesInvalid
from kgpub.rdflib_terms import shown
from kgpub.report import CheckedShape, Report
from kgpub.shacl_comparisons import values_compared
from kgpub.shacl_data import ShaclData, ShaclStore
from kgpub.shacl_graph import (
    PYSHACL_PREFIXES,
    ShaclGraph,
    check_queries,
    cleaned,
    declared_prefixes,
    escape_shapes_variable,
    graph_of,
    name_of,
    owner_of_refused,
)
from kgpub.shacl_queries import queries_asked
from kgpub.shacl_results import Results
from kgpub.shape_targets import Targets
from kgpub.suspects import Suspects

#: How pySHACL is run: the W3C's SHACL Core and SHACL-SPARQL, nothing inferred, nothing fetched. A shape inside
#: another, or a path, is deeper by one to four, each of which takes four calls in Python, which allows a thousand.
_OPTIONS: dict[str, Any] = {
    "inference": "none",
    "advanced": False,
    "js": False,
    "do_owl_imports": False,
    "max_validation_depth": 150,
}
#: What makes a blank node a path of another kind than a list (section 2.3.1).
_PATH_KINDS = (SH.inversePath, SH.alternativePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)


def validate(data: Iterable[ox.Quad], shapes: Iterable[ox.Quad], folder: Path | None = None) -> Report:
    """Judge a data graph by a shapes graph; the names of graphs count for nothing, on either side.

    Both may be the same iterable. Data too large for memory is put into a *folder*, which has to be empty.
    ``owl:imports`` and ``sh:shapesGraph`` are not followed, and no query of a shape reaches another graph or service.
    Raises ``ShapesInvalid`` where the shapes are no valid SHACL (checked first, whatever the data) or ask for what
    pySHACL cannot do.
    """
    if data is shapes:
        data = shapes = list(data)
    with _silence(), values_compared(), queries_asked():
        shapes_graph = graph_of(shapes)
        prefixes = declared_prefixes(shapes_graph)
        check_queries(shapes_graph, prefixes)
        _check_entailment(shapes_graph)
        _take_lists_for_sequences(shapes_graph)
        _check_shapes(shapes_graph)
        _tell_true(shapes_graph)
        escape_shapes_variable(shapes_graph)
        with contextlib.closing(ShaclData(data, folder)) as held:
            data_graph = ShaclGraph(ShaclStore(held), prefixes)
            data_graph.show_to_queries(shapes_graph)
            targets = Targets(shapes_graph, held)
            with _suspects_judged(held, targets, PYSHACL_PREFIXES | prefixes):
                results = _judge(data_graph, shapes_graph)
            checked, focus_nodes = _checked(targets)
            return replace(Results(results, shapes_graph).report(), shapes=checked, focus_nodes=focus_nodes)


@contextlib.contextmanager
def _suspects_judged(data: ShaclData, targets: Targets, prefixes: Mapping[str, str]) -> Iterator[None]:
    """Have pySHACL judge, of the focus nodes that a shape's targets choose, those alone that may break it."""
    theirs = Shape.validate

    def validate_suspects(shape: Any, executor: Any, graph: Any, focus: Any = None, **others: Any) -> Any:
        if focus is None:
            found = Suspects(data, graph, executor, prefixes).among(shape, targets.focus_nodes(shape.node))
            focus = [data.node(term) for term in found]
        return theirs(shape, executor, graph, focus, **others)

    Shape.validate = validate_suspects  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        Shape.validate = theirs  # type: ignore[method-assign]


def _checked(targets: Targets) -> tuple[tuple[CheckedShape, ...], int]:
    """Return the shapes that were checked, each with its number of focus nodes, and how many these are together."""
    sizes, together = [], set[Any]()
    for shape in targets.shapes():
        nodes = targets.focus_nodes(shape)
        together |= nodes
        sizes.append(CheckedShape(shown(shape), len(nodes)))
    return tuple(sorted(sizes)), len(together)


def _check_entailment(shapes: ShaclGraph) -> None:
    """Refuse shapes that count on inferences, as SHACL demands of a processor that makes none (section 1.5)."""
    for graph, regime in shapes.subject_objects(SH.entailment):
        raise ShapesInvalid(
            f"{shown(graph)} asks for the entailment regime {shown(regime)} (sh:entailment), and a validation infers "
            "nothing: take it out, or derive what the shapes need with a rule."
        )


def _take_lists_for_sequences(shapes: ShaclGraph) -> None:
    """Take a path that is a list for a sequence, whatever kind of path it is besides.

    By the letter such a path is none, but the W3C's tests path-strange-001 and -002 have it so.
    """
    for kind in _PATH_KINDS:
        for path in list(shapes.subjects(kind)):
            if (path, RDF.first, None) in shapes:
                shapes.remove((path, kind, None))


def _tell_true(shapes: ShaclGraph) -> None:
    """Take ``"1"`` for not true, as SHACL does where it asks for the literal ``true``; pySHACL takes its value."""
    for predicate in (SH.uniqueLang, SH.closed, SH.qualifiedValueShapesDisjoint):
        for shape in list(shapes.subjects(predicate, Literal("1", datatype=XSD.boolean, normalize=False))):
            shapes.set((shape, predicate, Literal(lexical_or_value=False)))


def _check_shapes(shapes: ShaclGraph) -> None:
    try:
        conforms, results, _ = meta_validate(shapes, **_OPTIONS)
    except ReportableRuntimeError as error:
        raise ShapesInvalid(f"The shapes cannot be checked: {_reason(error)}.") from error
    except RecursionError as error:
        raise ShapesInvalid("The shapes cannot be checked: a shape or a path contains itself.") from error
    if conforms:
        return
    findings = Results(results, shapes).report().findings
    # A shape that breaks a rule is also found guilty as a whole; the finding with a path says which rule.
    worst = min(findings, key=lambda finding: (finding.path is None, finding.value is None, finding.rank))
    subject = name_of(shapes, next(node for node in shapes.all_nodes() if shown(node) == worst.focus_node))
    about = " ".join(part for part in (worst.path, worst.value) if part and part != worst.focus_node)
    reason = cleaned("; ".join(message.text for message in worst.messages))
    rule = re.sub(f"<{SH}(\\w+)>", r"sh:\1", f"{about}: {reason}").removeprefix(": ")
    raise ShapesInvalid(f"{subject} is not valid SHACL: {rule}.")


def _judge(data: ShaclGraph, shapes: ShaclGraph) -> rdflib.Graph:
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # pySHACL prints values that it cannot compare
            _, results, _ = pyshacl.validate(data, shacl_graph=shapes, **_OPTIONS)
    except re.error as error:
        raise ShapesInvalid(f"The sh:pattern “{error.pattern!s}” is no regular expression: {error.msg}.") from error
    except (ReportableRuntimeError, NotImplementedError) as error:
        raise ShapesInvalid(f"The shapes cannot be used: {_reason(error)}.") from error
    except RecursionError as error:
        raise ShapesInvalid("The shapes cannot be used: a shape or a path contains itself.") from error
    if isinstance(results, ValidationFailure):
        reason = cleaned(results.message)
        owner = owner_of_refused(shapes, results.message)
        raise ShapesInvalid(
            f"{owner} has a query that cannot be used: {reason}." if owner else f"The shapes cannot be used: {reason}."
        )
    return cast("rdflib.Graph", results)


def _reason(error: ReportableRuntimeError | NotImplementedError) -> str:
    reason = cleaned(str(error))
    return "shapes or paths lie too deep inside one another" if "path too deep" in reason else reason


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep quiet what pySHACL and rdflib log and warn of on the way: the report says it all."""
    loggers = [logging.getLogger(name) for name in ("rdflib.term", "pyshacl-validate")]
    for logger in loggers:
        logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger in loggers:
            logger.disabled = False
