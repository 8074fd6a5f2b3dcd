"""Do all representations of a document say the same, and do they speak of what was asked for?"""

from kgpub.check.graph import Graph, difference
from kgpub.check.matrix import RDF_TYPES
from kgpub.check.target import NO_DOCUMENTS, Target
from kgpub.check.visit import Visit
from kgpub.iris import iri_from_uri

_QUADS = ("application/trig", "application/n-quads")


def check_representations(visit: Visit, target: Target) -> None:
    """Compare what a document says in all its syntaxes, with each other and with what it should speak of."""
    for media_type, graph in target.graphs.items():
        if not graph.statements:
            visit.findings.add("rdf.empty", target.offers[media_type], f"{media_type} without a statement")
    _check_equality(visit, target)
    _check_subject(visit, target)


def _check_equality(visit: Visit, target: Target) -> None:
    graphs = target.graphs
    first = next((t for t in RDF_TYPES if t in graphs and t not in _QUADS), next(iter(graphs), None))
    if first is None:
        return
    for media_type, graph in graphs.items():
        if media_type == first:
            continue
        told = _told_apart(graphs[first], graph, is_dataset=media_type in _QUADS)
        if told is not None:
            rule, differs = told
            visit.findings.add(rule, target.offers[media_type], f"{media_type} (here) and {first} (there): {differs}")


def _told_apart(one: Graph, other: Graph, *, is_dataset: bool) -> tuple[str, str] | None:
    """Return the rule that two representations break, and what differs; None where they say the same.

    A syntax with named graphs may hold more, in graphs of their own, and may name the graph of each statement.
    """
    candidates = [other.default, other.triples] if is_dataset else [other]
    triples = one.triples
    if any(triples.described == candidate.described for candidate in candidates):
        return None
    if any(triples.by_value == candidate.by_value for candidate in candidates):
        return "rdf.spelling", difference(triples, candidates[-1])
    if is_dataset and not triples.described - other.triples.described:
        return None
    return "rdf.differs", difference(triples, candidates[-1])


def _check_subject(visit: Visit, target: Target) -> None:
    graph = target.graph
    if graph is None or not graph.statements:
        return
    canonical = visit.mirror.canonical_of(target.asked)
    names = {target.asked, canonical, iri_from_uri(target.asked), iri_from_uri(canonical)}
    answer = target.best or target.chain.last
    if not names & graph.nodes and not target.is_thing:
        described = {link.target for link in visit.links(answer) if {"describes", "cite-as"} & set(link.relations)}
        if not described & graph.nodes:
            visit.findings.add("document.unnamed", answer, f"nothing about <{canonical}>")
    elif not names & graph.nodes:
        near = [iri for iri in sorted(graph.nodes) if _is_near(iri, canonical)]
        came = f"nothing about <{canonical}>" + (f", but about <{near[0]}>" if near else "")
        visit.findings.add("thing.undescribed", answer, came)
    if not target.is_thing and names & set(graph.instances(*NO_DOCUMENTS)):
        came = f"{target.chain.last.status} for an IRI that is said to be of a person, a place, an organisation"
        visit.findings.add("thing.conflated", answer, came)


def _is_near(iri: str, asked: str) -> bool:
    """Tell whether two IRIs differ in what people get wrong: scheme, slash, case."""
    return _plain(iri) == _plain(asked)


def _plain(iri: str) -> str:
    return iri.partition("://")[2].rstrip("/#").lower()
