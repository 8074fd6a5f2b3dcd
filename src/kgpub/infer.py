"""Run the project's rules: CONSTRUCT queries whose triples go to one graph of their own."""

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import NamedNode, Quad, QueryTriples

from kgpub.errors import RuleInvalid
from kgpub.lexical_forms import as_written
from kgpub.nquads import CANONICAL_PREFIX, blank_nodes_in, line_of
from kgpub.plan import Graph, Plan
from kgpub.release import INFERRED_GRAPH
from kgpub.triplestore import Triplestore

#: What makes a query's answer depend on more than the data.
_CHANGING = re.compile(r"(?<![\w:?$/#-])(SERVICE\b|(?:NOW|RAND|UUID|STRUUID)(?=\s*\())", re.IGNORECASE)


def infer(store: Triplestore, plan: Plan) -> Iterator[str]:
    """Yield an N-Quads line for each triple that a rule of the plan gives and that is not asserted yet.

    Rules see the asserted statements, whatever the endpoint's default graph shows, and not each other's results.
    Raises ``RuleInvalid`` for a file that is not a CONSTRUCT query, for one that asks another endpoint or the clock or
    chance, and for one that makes blank nodes: what they give would differ from build to build.
    """
    target = NamedNode(plan.base.resolve(INFERRED_GRAPH))
    asserted = plan.asserted_graphs(store)
    for path in plan.rules:
        for triple in _construct(store, path, plan.base.iri, asserted):
            if any(not node.value.startswith(CANONICAL_PREFIX) for node in blank_nodes_in(triple)):
                raise RuleInvalid(f"{path}: the rule makes a blank node; give the new thing an IRI instead.")
            subject, predicate, object_ = as_written(triple)
            if not any(Quad(subject, predicate, object_, graph) in store for graph in asserted):
                yield line_of(Quad(subject, predicate, object_, target))


def _construct(store: Triplestore, path: Path, base_iri: str, asserted: list[Graph]) -> QueryTriples:
    try:
        text = path.read_text("utf-8")
        changing = _CHANGING.search(text)
        if changing is not None:
            raise RuleInvalid(
                f"{path}: a rule may not use {changing[0].upper()}: its triples would change by themselves."
            )
        results = store.query(text, base_iri=base_iri, default_graph=asserted)
    except SyntaxError as error:
        raise RuleInvalid(f"{path}: {error.msg}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RuleInvalid(f"{path} cannot be read as UTF-8 text.") from error
    if not isinstance(results, QueryTriples):
        del results  # pyoxigraph lets no other thread drop it, and the traceback of an error keeps this frame
        raise RuleInvalid(f"{path}: a rule must be a CONSTRUCT query.")
    return results
