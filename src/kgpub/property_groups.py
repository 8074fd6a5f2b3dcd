"""The properties on a page in the groups, in the order and with the names that the shapes give them.

A property that a shape asks for and that the thing does not have is named too: what is missing should be seen.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

from kgpub.forms import Field, Form
from kgpub.reader import Reader
from kgpub.recent import Recent
from kgpub.values import Link, Linker, Property


@dataclass(frozen=True, slots=True)
class Missing:
    """A property that a shape asks for and that is not there; without it the data violates the shape or not."""

    link: Link
    is_required: bool


@dataclass(frozen=True, slots=True)
class PropertyGroup:
    """Some of the properties on a page; those that no shape puts into a group have no *title*."""

    title: Link | None
    properties: tuple[Property, ...]
    missing: tuple[Missing, ...] = ()


def property_groups(
    form: Form, properties: Sequence[Property], stated: Collection[str] | None, linker: Linker, kept: Recent[Any]
) -> tuple[PropertyGroup, ...]:
    """Return properties in groups; *stated* are all that the thing has, None where the page cannot know.

    Links by the names of shapes are *kept*.
    """
    if not form.fields:
        return (PropertyGroup(None, tuple(properties)),) if properties else ()
    named = [_named(property_, form.fields.get(property_.link.iri), linker.reader, kept) for property_ in properties]
    named.sort(key=lambda property_: _order(form.fields, property_.link.iri))
    lacking = [] if stated is None else [f for f in form.fields.values() if f.is_expected and f.property not in stated]
    found = []
    for group in (*form.groups, ""):
        own = tuple([p for p in named if _group(form.fields, p.link.iri) == group])
        missing = tuple([_missing(field, linker) for field in lacking if field.group == group])
        if own or missing:
            found.append(PropertyGroup(linker.term(group) if group else None, own, missing))
    return tuple(found)


def _missing(field: Field, linker: Linker) -> Missing:
    link = linker.term(field.property)
    return Missing(_link(field, link, linker.reader) if field.names else link, field.is_required)


def _group(fields: Mapping[str, Field], property_: str) -> str:
    return fields[property_].group if property_ in fields else ""


def _order(fields: Mapping[str, Field], property_: str) -> tuple[bool, float]:
    """Return the place of a property in its group; of those that shapes do not order, the sequence stays."""
    return (False, fields[property_].order) if property_ in fields else (True, inf)


def _named(property_: Property, field: Field | None, reader: Reader, kept: Recent[Any]) -> Property:
    if field is None or not field.names:
        return property_
    key = reader.key, field
    link: Link | None = kept.get(key)
    if link is None:
        link = _link(field, property_.link, reader)
        kept.keep(key, link)
    return Property(link, property_.values)


def _link(field: Field, link: Link, reader: Reader) -> Link:
    """Return the link to a property with the name that a shape has for it, if that is in the reader's language."""
    language, name = min(field.names, key=lambda named: (_rank(reader, named[0]), named[0]))
    if _rank(reader, language) and link.text != link.name:
        return link
    return link._replace(text=name, language=reader.told(language))


def _rank(reader: Reader, tag: str) -> int:
    return reader.rank(tag or reader.untagged)
