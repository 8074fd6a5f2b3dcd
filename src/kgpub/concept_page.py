"""The pages of SKOS: a concept in its hierarchy, and a code list with how often each of its codes is used.

The terms are those of SKOS itself (W3C Recommendation of 2009-08-18), so no settings are needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from kgpub.description import Description, list_address
from kgpub.roles import Roles
from kgpub.values import Link
from kgpub.vocabulary import DCTERMS, SKOS, VOID

#: Concepts above a concept, and concepts of a list whose uses are counted.
_ABOVE, _COUNTED = 8, 200
#: Properties that tell of what a concept is part, not where it is used.
_NO_USE = frozenset({DCTERMS + "hasPart", VOID + "exampleResource"})


@dataclass(frozen=True, slots=True)
class Use:
    """How many things have a concept as value of a property, and where they are listed."""

    property: Link
    total: int
    href: str


@dataclass(frozen=True, slots=True)
class ConceptPage:
    """*above* are the broader concepts, broadest first, along the first of each; *below* the narrower ones."""

    template: ClassVar[str] = "kind_concept.html"
    schemes: tuple[Link, ...]
    above: tuple[Link, ...]
    below: tuple[Link, ...]
    related: tuple[Link, ...]
    uses: tuple[Use, ...]

    @property
    def has_place(self) -> bool:
        """Tell whether the concept stands in a hierarchy."""
        return bool(self.above or self.below or self.related or self.schemes)


@dataclass(frozen=True, slots=True)
class CodeListPage:
    """*top* are the IRIs of its top concepts, *uses* tell by IRI how often concepts of it are used."""

    template: ClassVar[str] = "kind_code_list.html"
    top: frozenset[str]
    uses: Mapping[str, int]


def concept_page(roles: Roles, description: Description, address: str) -> ConceptPage:
    """Return the page of a concept; *address* is that of its document."""
    concept = f"<{description.iri}>"

    def links(*paths: str) -> tuple[Link, ...]:
        terms = [term for path in paths for term in roles.paths.follow([concept], path)]
        found = [roles.link(term) for term in dict.fromkeys(terms) if term[0] == "<" and term != concept]
        return tuple(sorted(found, key=lambda link: link.text.casefold()))

    return ConceptPage(
        schemes=links(SKOS + "inScheme", SKOS + "topConceptOf", f"^{SKOS}hasTopConcept"),
        above=tuple(reversed([roles.link(term) for term in _above(roles, concept)])),
        below=links(SKOS + "narrower", f"^{SKOS}broader"),
        related=links(SKOS + "related", f"^{SKOS}related"),
        uses=tuple(
            Use(roles.property(links.property), links.total, roles.reader.keep(list_address(address, links.property)))
            for links in description.incoming
            if _is_use(links.property)
        ),
    )


def code_list_page(roles: Roles, scheme: str, members: tuple[str, ...]) -> CodeListPage:
    """Return the page of a code list, whose concepts its document describes."""
    documents = roles.site.documents
    top = roles.paths.follow([scheme], SKOS + "hasTopConcept") + roles.paths.follow([scheme], f"^{SKOS}topConceptOf")
    uses = {
        iri: sum(total for property_, total in documents.incoming_totals(iri).items() if _is_use(property_))
        for iri in members[:_COUNTED]
    }
    return CodeListPage(frozenset(term[1:-1] for term in top), uses)


def _above(roles: Roles, concept: str) -> list[str]:
    found: list[str] = []
    level = roles.paths.values(concept, SKOS + "broader")
    while level and level[0][0] == "<" and level[0] not in (concept, *found) and len(found) < _ABOVE:
        found.append(level[0])
        level = roles.paths.values(level[0], SKOS + "broader")
    return found


def _is_use(property_: str) -> bool:
    return not property_.startswith(SKOS) and property_ not in _NO_USE
