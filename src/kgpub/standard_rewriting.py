"""Ask the engine for what SPARQL says where pyoxigraph (0.5.13) would answer something else.

Each deviation has a module of its own, and is looked for at a glance: a query that shows none is asked as it is.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, TypeVar, cast

from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Store, parse

from kgpub.fresh_blank_nodes import with_fresh_nodes
from kgpub.graph_scopes import MOST_GROUPS, per_graph, without_missing_graphs
from kgpub.group_concat import with_plain_strings
from kgpub.lexical_forms import as_kept
from kgpub.lexical_rewriting import LexicalRewriting
from kgpub.merged_graphs import MergedGraphs
from kgpub.query_prologue import prologue_end
from kgpub.sparql_tokens import data_set_in, tokens_of
from kgpub.undecided_dates import with_open_dates
from kgpub.zero_length_paths import with_zero_length

#: A text of more characters is asked as it is.
_LONGEST = 100_000
#: A graph that is a variable, or the braces of one that is named, with something else than a triple first.
_GRAPH = re.compile(
    r"GRAPH\s*+(?:[?$#]|[^\s{]++\s*+\{\s*+(?:[{#}]|(?:BIND|FILTER|GRAPH|LATERAL|MINUS|OPTIONAL|SELECT|VALUES)\b))",
    re.IGNORECASE,
)
_FROM = re.compile(r"(?<![\w:?$/.#-])FROM(?![\w-])\s*+(?:NAMED(?![\w-])\s*+)?(?:[<#]|[^\s:?${(<]*+:)")
#: A star or a question mark that may belong to a path; begun with a set of characters, which is found quickly.
_PATH = re.compile(r"[*?](?!\w)(?<=[\w>)\s].)(?<!SELECT\s.)(?<!DISTINCT\s.)")

_Results = TypeVar("_Results")


class StandardRewriting:
    """Rewrites queries for a store that does not change."""

    def __init__(self, store: Store, lexical: LexicalRewriting) -> None:
        self._store = store
        self._lexical = lexical
        self._merged = MergedGraphs(store)
        self._named: list[Any] | None = None

    def alternatives(self, text: str, options: dict[str, Any]) -> Iterator[str]:
        """Yield what to ask in place of a query, the best first, for ``first_taken``.

        *options* are pyoxigraph's, as ``with_data_set`` gives them.
        """
        for one in dict.fromkeys((self.rewritten(text, options), text)):
            yield self._lexical.rewritten(one) or one

    def rewritten(self, text: str, options: dict[str, Any]) -> str:
        """Return a query that the engine answers as SPARQL has it, the same where nothing is to be changed.

        A text that is no SPARQL may get another one too; that is as invalid.
        """
        if len(text) > _LONGEST:
            return text
        upper = text.upper()  # looking for words is quicker than for a pattern
        if "GROUP_CONCAT" in upper:
            text = with_plain_strings(text)
        if "BNODE" in upper:
            text = with_fresh_nodes(text)
        text = with_open_dates(text)
        if "GRAPH" in upper and _GRAPH.search(text) is not None:
            with suppress(SyntaxError):  # told of the query itself
                text = without_missing_graphs(text, lambda name: self._meant(text, options, name) is not None)
                text = per_graph(text, lambda: [str(graph) for graph in self._named_in(options)])
        if _PATH.search(text) is not None:
            with suppress(SyntaxError):
                return with_zero_length(text, lambda term, graph: self._holds(text, options, term, graph))
        return text

    def store_for(self, options: dict[str, Any]) -> tuple[Store, dict[str, Any]]:
        """Return the store to ask and the options to ask it with: a merge of graphs, where the data set needs one."""
        default, named = options.get("default_graph", ()), self._named_in(options) if "default_graph" in options else ()
        if len(named) <= MOST_GROUPS and (merged := self._merged.of(default, named)) is not None:
            return merged, {**options, "default_graph": [DefaultGraph()], "named_graphs": named}
        return self._store, options

    def _named_in(self, options: dict[str, Any]) -> list[Any]:
        """Return the named graphs of a query's data set; of a store with more than can be asked one by one, some."""
        if "named_graphs" in options:
            return cast("list[Any]", options["named_graphs"])
        if self._named is None:
            self._named = sorted(islice(self._store.named_graphs(), MOST_GROUPS + 1), key=str)
        return self._named

    def _holds(self, text: str, options: dict[str, Any], term: str, graph: str) -> bool:
        """Tell whether a graph holds a term; of what cannot be told, the engine has the right answer or none has."""
        graphs = self._meant(text, options, graph)
        if graphs is None:
            return True
        (node,) = map(as_kept, _resolved(text, (term,), options))
        is_subject = not isinstance(node, Literal)
        return any(
            (is_subject and self._has(subject=node, graph=one)) or self._has(object_=node, graph=one) for one in graphs
        )

    def _meant(self, text: str, options: dict[str, Any], graph: str) -> list[Any] | None:
        """Return the graphs that are asked where a query names one; None if it is not there, or too many are meant."""
        if not graph:
            return cast("list[Any]", options.get("default_graph", [DefaultGraph()]))
        named = self._named_in(options)
        if graph[0] in "?$":
            return named if len(named) <= MOST_GROUPS else None
        (one,) = _graphs(text, (graph,), options)
        return [one] if (one in named if "named_graphs" in options else self._has(graph=one)) else None

    def _has(self, *, subject: Any = None, object_: Any = None, graph: Any = None) -> bool:
        return next(self._store.quads_for_pattern(subject, None, object_, graph), None) is not None


def first_taken(alternatives: Iterator[str], text: str, ask: Callable[[str], _Results]) -> _Results:
    """Ask the first of several queries that the engine takes, and last the one that was sent, as it is.

    Raises ``SyntaxError`` of the query that was sent.
    """
    for other in alternatives:
        if other != text:
            with suppress(SyntaxError):
                return ask(other)
    return ask(text)


def with_data_set(text: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options to ask a query with: what is chosen beside it, else what ``FROM`` and ``FROM NAMED`` say.

    A data set names each graph once (SPARQL 1.1 Query, section 13.2).
    """
    upper = text.upper()
    if "FROM" not in upper or _FROM.search(upper) is None:
        return options
    default, named = data_set_in(tokens_of(text))
    if default or named:
        with suppress(SyntaxError):  # told of the query itself
            chosen = {"default_graph": _graphs(text, default, options), "named_graphs": _graphs(text, named, options)}
            return {**chosen, **options}
    return options


def _resolved(text: str, terms: Sequence[str], options: dict[str, Any]) -> list[Any]:
    """Return terms that stand in a query: its prologue, and a term, mean the same in Turtle."""
    if not terms:
        return []
    turtle = f"{text[: prologue_end(text)]} <x:> <x:> {', '.join(terms)} ."
    return [quad.object for quad in parse(turtle, RdfFormat.TURTLE, base_iri=options.get("base_iri"))]


def _graphs(text: str, names: Sequence[str], options: dict[str, Any]) -> list[Any]:
    """Return the graphs that a query names, each once; raise ``SyntaxError`` for what names none."""
    graphs = list(dict.fromkeys(_resolved(text, names, options)))
    if not all(isinstance(graph, NamedNode) for graph in graphs):
        raise SyntaxError("a graph is named by an IRI")
    return graphs
