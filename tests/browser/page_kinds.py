"""One address of every kind of page, for all that is held against each: add a row with every new kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

_ROWS = "SELECT ?class (COUNT(?thing) AS ?things) { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?things) LIMIT 20"
_TRIPLES = "DESCRIBE <https://w3id.org/stca-kg/id/ccr>"


@dataclass(frozen=True, slots=True)
class PageKind:
    """Where a page of the kind is, the status it is answered with, and whether it loads a tool."""

    path: str
    status: int = 200
    has_tool: bool = False


def _tool(path: str, status: int = 200) -> PageKind:
    return PageKind(path, status, has_tool=True)


PAGE_KINDS: Mapping[str, PageKind] = MappingProxyType(
    {
        "home": PageKind("/"),
        "search": PageKind("/search"),
        "search-results": PageKind("/search?q=canada"),
        "search-nothing": PageKind("/search?q=xyzzyx"),
        "not-found": PageKind("/id/cccr", 404),
        "organisation": PageKind("/doc/id/ccr"),
        "agreement": PageKind("/doc/id/stca"),
        "event": PageKind("/doc/id/e35"),
        "claim": PageKind("/doc/id/claim-s05-c1"),
        "proposition": PageKind("/doc/id/prop-withdraw"),
        "unit": PageKind("/doc/id/unit-s05"),
        "concept": PageKind("/doc/voc/asserted"),
        "code-list": PageKind("/doc/voc/certainty"),
        "ontology": PageKind("/doc/ontology/"),
        "class": PageKind("/doc/ontology/Demand"),
        "property": PageKind("/doc/ontology/heldBy"),
        "shapes": PageKind("/doc/shapes/"),
        "shape": PageKind("/doc/shapes/PositionShape"),
        "subject": PageKind("/doc/id/concept-treaty"),
        "statement-sources": PageKind("/doc/id/ccr?provenance"),
        "graph": PageKind("/doc/graph/inferred"),
        "incoming": PageKind("/doc/id/ccr?incoming=https%3A%2F%2Fw3id.org%2Fstca-kg%2Fontology%2FheldBy"),
        "data-set": PageKind("/doc/dataset"),
        "browse": PageKind("/browse/"),
        "browse-classes": PageKind("/browse/classes"),
        "browse-graphs": PageKind("/browse/graphs"),
        "browse-class": PageKind("/browse?class=https%3A%2F%2Fw3id.org%2Fstca-kg%2Fontology%2FClaim"),
        "queries": PageKind("/queries/"),
        "stored-query": PageKind("/queries/claims-of-a-sentence"),
        "sparql": _tool("/sparql"),
        "sparql-rows": _tool(f"/sparql?query={quote(_ROWS)}"),
        "sparql-triples": _tool(f"/sparql?query={quote(_TRIPLES)}"),
        "sparql-mistake": _tool(f"/sparql?query={quote('SELECT * { ?s ?p }')}", 400),
        "explore": _tool("/explore?iri=https%3A%2F%2Fw3id.org%2Fstca-kg%2Fid%2Fccr"),
        "fragments": PageKind("/fragments?predicate=https%3A%2F%2Fw3id.org%2Fstca-kg%2Fontology%2FheldBy"),
        "api": PageKind("/api"),
        "lookup": PageKind("/lookup?uri=http%3A%2F%2Fwww.wikidata.org%2Fentity%2FQ16"),
        "reconcile": PageKind("/reconcile/about"),
        "preview": PageKind("/reconcile/preview?id=https%3A%2F%2Fw3id.org%2Fstca-kg%2Fid%2Fccr"),
        "validation": PageKind("/validation"),
        "nanopublications": PageKind("/np/"),
        "demand": PageKind("/doc/id/claim-s01-c1"),
        "source": PageKind("/source/"),
        "source-chosen": PageKind("/source/?holder=id%3Accr&modality=cnv%3Ademanded"),
        "source-unit": PageKind("/source/unit-s11"),
        "debates": PageKind("/debate/"),
        "debate": PageKind("/debate"),
        "timeline": PageKind("/timeline"),
        "places": PageKind("/places"),
        "place": PageKind("/places?place=id%3Aus"),
    }
)
