"""Find the focus nodes for which a query of a shape has a solution (SHACL 2017-07-20, section 5).

Oxigraph answers it in place of rdflib, once for all nodes, and only for whom it has a solution counts. That is sound
where all of a query is one group, with filters, ``BIND`` and plain ``OPTIONAL``: whether ``$this`` is bound before or
beside the rest makes no difference to it. Of other queries all nodes are suspects.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, cast

import pyoxigraph as ox
from rdflib import URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import traverse

from kgpub.lexical_forms import is_written
from kgpub.shacl_data import ShaclData, Terms
from kgpub.sparql_tokens import tokens_of

_THIS, _ASKED = Variable("this"), ox.Variable("this")
#: Variables of which pySHACL knows the value, and a query here does not.
_OF_PYSHACL = re.compile(r"(?:[$?]|\\u00(?:24|3F))(?:currentShape|shapesGraph)\b")
#: What the outermost part of a query may consist of where ``$this`` may be bound by its pattern.
_FLAT = ("Project", "Distinct", "OrderBy", "Filter", "Extend", "LeftJoin")


def suspects_of_query(data: ShaclData, query: Any, nodes: Terms, prefixes: Mapping[str, str]) -> Terms:
    """Return those of some focus nodes for which a query of pySHACL's may have a solution.

    *prefixes* are those that the query need not declare.
    """
    _, text = query.pre_bind_variables(None)
    text = query.apply_prefixes(text)
    algebra = prepareQuery(text, initNs=dict(prefixes)).algebra
    pattern = _pattern(algebra.p)
    if pattern is None or not _is_one_group(text) or _OF_PYSHACL.search(text):
        return nodes
    if _may_be_misread(data, algebra, nodes):
        return nodes
    names_this = any(_THIS in triple for triple in pattern.triples)
    given = nodes if names_this else {node for node in nodes if not isinstance(node, ox.BlankNode)}
    asked = text if names_this else _with_values(text, given)
    try:
        return (nodes - given) | (nodes & _asked_of(data.store, asked, dict(prefixes)))
    except (SyntaxError, RuntimeError, OSError, KeyError):  # rdflib reads what Oxigraph does not, or $this is not told
        return nodes


def _asked_of(store: ox.Store, text: str, prefixes: dict[str, str]) -> Terms:
    """Return what a query has as ``$this``.

    Its solutions are in no variable: pyoxigraph lets no other thread drop them, and the errors that pyparsing remembers
    of rdflib's reading keep the frames that were open meanwhile, until the collector of any thread comes by.
    """
    return {solution[_ASKED] for solution in cast("ox.QuerySolutions", store.query(text, prefixes=prefixes))}


def _pattern(part: Any) -> Any:
    """Return the triples of a query that is one group; None of any other query."""
    while part.name != "BGP":
        if part.name not in _FLAT or (part.name == "LeftJoin" and part.p2.name != "BGP"):
            return None
        part = part.p1 if part.name == "LeftJoin" else part.p
    return part


def _is_one_group(text: str) -> bool:
    """Tell whether groups stand in a query behind OPTIONAL and EXISTS alone: rdflib's algebra does not tell that."""
    begun = [before for before, token in pairwise(tokens_of(text)) if token.text == "{"]
    return all(before.is_word("OPTIONAL", "EXISTS") for before in begun[1:])


def _with_values(text: str, nodes: Terms) -> str:
    """Return a query that is one group, with ``$this`` given at its start: in VALUES no blank node can stand."""
    at = next(token.end for token in tokens_of(text) if token.text == "{")
    return f"{text[:at]} VALUES ?this {{ {' '.join(map(str, nodes))} }} {text[at:]}"


def _may_be_misread(data: ShaclData, algebra: Any, nodes: Terms) -> bool:
    """Tell whether a query may come upon literals that are kept in another way than they are written."""
    if any(map(is_written, nodes)):
        return True
    return bool(data.written) and not data.written.isdisjoint(_predicates(data, algebra))


def _predicates(data: ShaclData, algebra: Any) -> Iterator[ox.NamedNode]:
    """Yield the predicates that a query may look at."""
    patterns: list[Any] = []
    traverse(algebra, visitPre=lambda part: patterns.extend(getattr(part, "triples", None) or ()))
    for _, predicate, _ in patterns:
        yield from _steps(data, predicate)


def _steps(data: ShaclData, path: Any) -> Iterable[ox.NamedNode]:
    if isinstance(path, URIRef):
        return [data.term(path)]
    if isinstance(path, SequencePath | AlternativePath):
        return (step for part in path.args for step in _steps(data, part))
    if isinstance(path, InvPath):
        return _steps(data, path.arg)
    return _steps(data, path.path) if isinstance(path, MulPath) else data.predicates
