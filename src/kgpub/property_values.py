"""The values that a thing has for some properties, read from the document index."""

from collections.abc import Collection
from typing import NamedTuple

from kgpub.nquads import split_end
from kgpub.rows import is_iri_token, literal_parts
from kgpub.site import Site

#: Pages of a document that are read: 2,000 statements. What a thing is and is called stands on the first.
_PAGES_READ = 4


class PropertyValue(NamedTuple):
    """One value: a thing by its IRI, or a text with its language and its datatype, empty where it has none."""

    iri: str
    text: str = ""
    language: str = ""
    datatype: str = ""


def values_of(site: Site, iri: str, properties: Collection[str]) -> dict[str, list[PropertyValue]]:
    """Return the values of a thing by property, each once; blank nodes, which have no name, are left out."""
    found: dict[str, dict[PropertyValue, None]] = {property_: {} for property_ in properties}
    start = f"<{iri}> <"
    page, pages = 1, 1
    while page <= min(pages, _PAGES_READ):
        document = site.documents.get(iri, page)
        if document is None:
            break
        for line in document.lines:
            if line.startswith(start):
                property_, _, rest = line[len(start) : -2].partition("> ")
                if property_ in found and (value := _value(split_end(rest)[0])) is not None:
                    found[property_][value] = None
        page, pages = page + 1, document.pages
    return {property_: list(values) for property_, values in found.items()}


def properties_of(site: Site, iri: str) -> set[str]:
    """Return the properties that a thing has on the first page of its document."""
    document = site.documents.get(iri)
    start = f"<{iri}> <"
    lines = document.lines if document else ()
    return {line[len(start) :].partition("> ")[0] for line in lines if line.startswith(start)}


def _value(token: str) -> PropertyValue | None:
    if token[0] == '"':
        return PropertyValue("", *literal_parts(token))
    return PropertyValue(token[1:-1]) if is_iri_token(token) else None
