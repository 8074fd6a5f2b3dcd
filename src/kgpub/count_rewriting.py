"""Answer counts of whole graphs from a release's totals, by rewriting the query that asks for them.

``SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class`` has the engine read every triple with rdf:type. The
same numbers stand in the totals. So the triple pattern is replaced by a ``VALUES`` table of the classes with their
numbers, and each ``COUNT`` by a ``SUM`` of those. What is filtered, grouped, ordered, cut off and put around it stays
the engine's. The count of solutions is the sum of the counts of their parts, however they are parted and joined
(Green, Karvounarakis, Tannen: Provenance Semirings, PODS 2007).

Rewritten is a SELECT, or one inside another query, whose group is one triple pattern, with filters or without, if

- its variables but the key (the class, the property, the graph) stand nowhere else but alone in a ``COUNT``,
- its rows are counted, grouped or ``DISTINCT``, so that how often one comes does not show otherwise,
- distinct subjects are counted for each key alone: the sum of those would count one twice,
- no function of the clock or of chance, such as RAND, is called for each row.
"""

import re
from contextlib import suppress
from typing import TypeVar

from kgpub.counting import RESERVED, Counting, NotCountable, Row, Table
from kgpub.lone_pattern import LonePattern, lone_selects
from kgpub.query_edits import Edit, edited
from kgpub.query_form import is_changing
from kgpub.sparql_tokens import tokens_of
from kgpub.totals import Totals
from kgpub.vocabulary import TYPE

#: A longer text is not taken apart: nobody writes such a query by hand, and a worker would spend its time here.
_MOST_CHARACTERS = 10_000
_MOST_SELECTS = 10
_BLANK = r"(?:\s|\#[^\n]*+\n)*+"
_ANY = r"(?:[?$]\w++|\[\s*+\])"
_TERM = rf"(?:{_ANY}|<[^<>\s]*+>|\w*+:[\w.-]*+|a\b)"
#: A group that begins with one triple pattern, and ends or goes on with a filter: others need no closer look, which
#: takes 0.1 ms.
_LONE = re.compile(
    rf"\{{{_BLANK}{_ANY}{_BLANK}{_TERM}{_BLANK}{_TERM}{_BLANK}\.?{_BLANK}(?:\}}|FILTER\b)", re.IGNORECASE
)
_COUNTED = re.compile(r"\b(?:COUNT|DISTINCT|GROUP)\b", re.IGNORECASE)
#: What asks another data set than the whole one, or may put a value in place of a variable.
_ELSEWHERE = frozenset({"FROM", "SERVICE", "EXISTS", "LATERAL"})
_IS_TYPE = f"<{TYPE}>"

_Part = TypeVar("_Part")


class CountRewriting:
    """Rewrites queries with the totals of one release."""

    def __init__(self, totals: Totals) -> None:
        self._totals = totals

    def rewritten(self, text: str) -> str | None:
        """Return a query that has the same answer over the whole data set and counts nothing, None where none is known.

        A text that is not valid SPARQL may get one too; that is as invalid.
        """
        if len(text) > _MOST_CHARACTERS or _LONE.search(text) is None or _COUNTED.search(text) is None:
            return None
        tokens = tokens_of(text)
        words = [token.text.upper() for token in tokens if token.kind == "word"]
        if words.count("SELECT") > _MOST_SELECTS or not _ELSEWHERE.isdisjoint(words) or is_changing(text):
            return None
        edits: list[Edit] = []
        graphs = 0
        for select in lone_selects(tokens):
            with suppress(NotCountable):
                edits += list(Counting(select, self._table(select.pattern)).edits())
                graphs += select.pattern.graph is not None
        if not edits or graphs != words.count("GRAPH") or RESERVED in text:
            return None
        return edited(text, edits)

    def _table(self, pattern: LonePattern) -> Table:
        """Return the table of a pattern, whose variables all differ; raise ``NotCountable`` where there is none."""
        terms = pattern.subject, pattern.predicate, pattern.object, pattern.graph or ""
        names = [term for term in terms if term.startswith("?")]
        if len(set(names)) < len(names) or pattern.subject.startswith("<"):
            raise NotCountable
        if pattern.predicate == _IS_TYPE and pattern.object and pattern.graph is None:
            return self._of_classes(pattern)
        if pattern.object.startswith("<"):
            raise NotCountable
        if pattern.graph is not None:
            return self._of_graphs(pattern, pattern.graph)
        return self._of_properties(pattern)

    def _of_graphs(self, pattern: LonePattern, graph: str) -> Table:
        graphs = _known(self._totals.graphs)
        if pattern.predicate.startswith("<"):
            raise NotCountable
        if graph.startswith("<"):
            return Table(Row(graphs.get(graph[1:-1], 0), None))
        return Table(Row(sum(graphs.values()), None), graph, {iri: Row(n, None) for iri, n in graphs.items()})

    def _of_properties(self, pattern: LonePattern) -> Table:
        rows = {iri: Row(each.triples, each.subjects) for iri, each in _known(self._totals.properties).items()}
        if pattern.predicate.startswith("<"):
            return Table(rows.get(pattern.predicate[1:-1], Row(0, 0)))
        return Table(Row(_known(self._totals.triples), self._totals.subjects), pattern.predicate, rows)

    def _of_classes(self, pattern: LonePattern) -> Table:
        classes = _known(self._totals.classes)
        if pattern.object.startswith("<"):
            instances = classes.get(pattern.object[1:-1], 0)
            return Table(Row(instances, instances))
        typed = (self._totals.properties or {}).get(TYPE)
        total = Row(sum(classes.values()), typed.subjects if typed else None)
        return Table(total, pattern.object, {iri: Row(n, n) for iri, n in classes.items()})


def _known(part: _Part | None) -> _Part:
    if part is None:
        raise NotCountable
    return part
