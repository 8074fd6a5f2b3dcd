"""Which kind of page a thing has, by its classes: as the settings say, else as SKOS, SHACL and named graphs have it."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import ClassVar, Protocol

from kgpub.concept_page import code_list_page, concept_page
from kgpub.description import Description, document_path
from kgpub.graph_page import graph_page
from kgpub.page_kinds import PageKind
from kgpub.position_page import position_page
from kgpub.profile_pages import agreement_page, organisation_page
from kgpub.reader import Reader
from kgpub.roles import Roles
from kgpub.rows import Row, is_iri_token
from kgpub.shape_page import shape_page
from kgpub.site import Site
from kgpub.stance_pages import event_page, proposition_page
from kgpub.vocabulary import OWL, RDFS, SH, SKOS, TYPE

_TYPE = f"<{TYPE}>"
_SHAPES = frozenset({SH + "NodeShape", SH + "PropertyShape"})
_STANDARD = _SHAPES | {SKOS + "ConceptScheme", SKOS + "Concept"}
_CLASSES = frozenset({OWL + "Class", RDFS + "Class"})


class KindPage(Protocol):
    """What a page shows beyond the statements, and the template that shows it."""

    template: ClassVar[str]


#: What makes the page of each kind in ``page_kinds.KINDS``.
_CONFIGURED: Mapping[str, Callable[[Roles, str], KindPage]] = {
    "position": position_page,
    "proposition": proposition_page,
    "event": event_page,
    "organisation": organisation_page,
    "agreement": agreement_page,
}


def kind_page(site: Site, description: Description, reader: Reader) -> KindPage | None:
    """Return what the page of a thing shows as one of its kind, None where it has none."""
    if description.page != 1:
        return None
    classes = classes_of(description.iri, description.rows)
    kind = configured_kind(site, classes)
    if kind is not None:
        return _CONFIGURED[kind.kind](Roles(site, kind, reader), f"<{description.iri}>")
    if classes.isdisjoint(_STANDARD) and description.iri not in site.graphs:
        return None
    return _of_standard(Roles(site, PageKind("", ()), reader), description, classes)


def configured_kind(site: Site, classes: Collection[str]) -> PageKind | None:
    """Return the first kind that the settings give one of some classes."""
    for kind in site.publication.page:
        if any(site.base.resolve(cls) in classes for cls in kind.classes):
            return kind
    return None


def classes_of(iri: str, rows: Iterable[Row]) -> set[str]:
    """Return the classes that statements give a thing."""
    thing = f"<{iri}>"
    return {row[2][1:-1] for row in rows if row[0] == thing and row[1] == _TYPE and is_iri_token(row[2])}


def _of_standard(roles: Roles, description: Description, classes: set[str]) -> KindPage | None:
    """Return the page of what a published vocabulary knows, or of a named graph."""
    thing = f"<{description.iri}>"
    if classes & _SHAPES and not classes & _CLASSES:  # a class that is a shape too is shown as a class
        return shape_page(roles, thing)
    if SKOS + "ConceptScheme" in classes:
        subjects = (row[0] for row in description.rows if row[0] != thing and row[0][0] == "<")
        return code_list_page(roles, thing, tuple(subject[1:-1] for subject in dict.fromkeys(subjects)))
    if SKOS + "Concept" in classes:
        address = f"{roles.reader.root}/{document_path(roles.site, description.iri)}"
        return concept_page(roles, description, address)
    if description.iri in roles.site.graphs:
        return graph_page(roles.site, description.iri, roles.reader)
    return None
