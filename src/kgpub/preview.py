"""What the preview of a thing shows, in a small frame of somebody else's page."""

from dataclasses import dataclass
from urllib.parse import quote

from kgpub.entity_names import EntityNames, Name
from kgpub.property_values import PropertyValue, properties_of, values_of
from kgpub.reader import Reader
from kgpub.site import Site
from kgpub.vocabulary import DESCRIPTION_PROPERTIES, LABEL_PROPERTIES, TYPE

_FACTS_SHOWN, _VALUES_SHOWN = 3, 3
_VALUE_CHARACTERS = 120
_TYPES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Fact:
    """A property and some of its values."""

    property: Name
    values: tuple[Name, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """A thing at a glance."""

    iri: str
    href: str
    name: Name
    types: tuple[Name, ...]
    description: Name | None
    facts: tuple[Fact, ...]


def preview_of(site: Site, names: EntityNames, iri: str, reader: Reader) -> Preview | None:
    """Return the preview of a thing, None where it is not described here."""
    if site.documents.first_described((iri,)) is None:
        return None
    shown = properties_of(site, iri) - {TYPE, *LABEL_PROPERTIES, *DESCRIPTION_PROPERTIES}
    types = [value.iri for value in values_of(site, iri, (TYPE,))[TYPE] if value.iri][:_TYPES_SHOWN]
    named = names.of((iri, *types))
    return Preview(
        iri,
        reader.at(f"resource?iri={quote(iri, safe='')}"),
        named[iri],
        tuple(named[type_] for type_ in types),
        names.description(iri),
        _facts(site, names, iri, shown),
    )


def _facts(site: Site, names: EntityNames, iri: str, properties: set[str]) -> tuple[Fact, ...]:
    """Return the facts with fewest values: they tell things apart."""
    values = values_of(site, iri, properties)
    chosen = sorted((p for p in properties if values[p]), key=lambda p: (len(values[p]), p))[:_FACTS_SHOWN]
    things = [value.iri for p in chosen for value in values[p][:_VALUES_SHOWN] if value.iri]
    named = names.of((*chosen, *things))
    return tuple(
        Fact(
            named[property_],
            tuple(named[v.iri] if v.iri else _shortened(v) for v in values[property_][:_VALUES_SHOWN]),
            is_cut=len(values[property_]) > _VALUES_SHOWN,
        )
        for property_ in chosen
    )


def _shortened(value: PropertyValue) -> Name:
    text = value.text
    is_long = len(text) > _VALUE_CHARACTERS
    return Name(f"{text[:_VALUE_CHARACTERS].rstrip()} …" if is_long else text, value.language)
