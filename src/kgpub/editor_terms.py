"""What a query editor completes: the prefixes of a release, its classes and properties with figures and names.

The figures are those that VoID has of the release, and the names are published labels, those of its shapes among them.
"""

import json
from collections.abc import Iterator, Mapping

from kgpub.reader import plain_reader
from kgpub.release_parts import Part, PartKind, labels_of, part_list
from kgpub.site import Site
from kgpub.values import Linker

#: Pages of classes, and of properties, that are offered; those with most things come first.
_PAGES_OFFERED = 5


def editor_terms(site: Site) -> bytes:
    """Return them as JSON; docs/reference/sparql.md describes its members."""
    return json.dumps(
        {
            "release": site.release.manifest.id,
            "prefixes": dict(sorted(site.prefixes.items())),
            "classes": list(_terms(site, PartKind.CLASSES)),
            "properties": list(_terms(site, PartKind.PROPERTIES)),
        },
        ensure_ascii=False,
    ).encode()


def _terms(site: Site, kind: PartKind) -> Iterator[Mapping[str, object]]:
    pages = part_list(site, kind).pages
    for number in range(1, min(pages, _PAGES_OFFERED) + 1):
        found = part_list(site, kind, number)
        linker = Linker(site, labels_of(site, (found,)), plain_reader(site))
        yield from (_term(site, part, linker) for part in found.parts)


def _term(site: Site, part: Part, linker: Linker) -> Mapping[str, object]:
    label = linker.label(part.iri)
    return {
        "iri": part.iri,
        "name": site.curie(part.iri),
        "label": label.text if label else None,
        "things": part.things,
    }
