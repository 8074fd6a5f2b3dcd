"""What a query editor completes: the prefixes of a release, its classes and properties with figures and names.

The figures are those that VoID has of the release, and the names are published labels, those of its shapes among them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from kgpub.reader import plain_reader
from kgpub.release_parts import Part, PartKind, part_list
from kgpub.site import Site
from kgpub.values import Linker

#: Pages of classes, and of properties, that are offered; those with most things come first.
_PAGES_OFFERED = 5
#: Properties of one class that are offered.
_PROPERTIES_OF_A_CLASS = 200


def editor_terms(site: Site) -> bytes:
    """Return them as JSON; docs/reference/sparql.md describes its members."""
    return _document(site, list(_parts(site, PartKind.CLASSES)), list(_parts(site, PartKind.PROPERTIES)))


def terms_of_class(site: Site, class_: str) -> bytes:
    """Return the same of one class: the properties that its things have, then those that its shapes name besides."""
    used = {figures.property: figures.things for figures in site.things.facets(class_, _PROPERTIES_OF_A_CLASS)}
    properties = dict.fromkeys(site.forms.of((class_,)).fields, 0) | used
    by_things = sorted(properties.items(), key=lambda item: -item[1])[:_PROPERTIES_OF_A_CLASS]
    return _document(site, [], [Part(iri, things, things) for iri, things in by_things])


def _document(site: Site, classes: Sequence[Part], properties: Sequence[Part]) -> bytes:
    return json.dumps(
        {
            "release": site.release.manifest.id,
            "prefixes": dict(sorted(site.prefixes.items())),
            "classes": _terms(site, classes),
            "properties": _terms(site, properties),
        },
        ensure_ascii=False,
    ).encode()


def _parts(site: Site, kind: PartKind) -> Iterator[Part]:
    pages = part_list(site, kind).pages
    for number in range(1, min(pages, _PAGES_OFFERED) + 1):
        yield from part_list(site, kind, number).parts


def _terms(site: Site, parts: Sequence[Part]) -> list[Mapping[str, object]]:
    linker = Linker(site, site.documents.labels(part.iri for part in parts), plain_reader(site))
    return [_term(site, part, linker) for part in parts]


def _term(site: Site, part: Part, linker: Linker) -> Mapping[str, object]:
    label = linker.label(part.iri)
    return {
        "iri": part.iri,
        "name": site.curie(part.iri),
        "label": label.text if label else None,
        "things": part.things,
    }
