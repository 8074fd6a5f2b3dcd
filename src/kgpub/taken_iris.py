"""Find things whose IRI leads to something else: to a page or a service that every publication has at that address.

``<base>search`` is the search, whatever else the data says it is. A thing of that name is described, linked and listed
as any other, and its document is at ``<base>doc/search``; but nobody gets there from its IRI.
"""

from contextlib import closing

from kgpub.api_areas import api_areas
from kgpub.bodies import lines_of
from kgpub.index_file import IndexFile
from kgpub.iris import Base
from kgpub.release import CATALOG_GRAPH, Release

#: A thing at an address, or behind a ``#`` of it, which no client sends (RFC 3986, section 3.5).
_THINGS = "SELECT iri, body FROM document WHERE page = 1 AND (iri = ?1 OR (iri >= ?1 || '#' AND iri < ?1 || '$'))"
#: Without its parameter, this is the address of a thing like any other.
_FREE = frozenset({"", "resource"})


def taken_iris(release: Release) -> list[str]:
    """Return the IRIs of things that the data of a release describes at addresses that are taken.

    What the release says of itself in its catalog does not count: ``<base>sparql`` is its endpoint there.
    """
    base = Base(release.manifest.publication.base_iri)
    catalog = f" <{base.resolve(CATALOG_GRAPH)}> ."
    with closing(IndexFile(release.index)) as index:
        found = [row for path in _paths() for row in index.rows(_THINGS, base.resolve(path))]
    return [iri for iri, body in found if not all(line.endswith(catalog) for line in lines_of(body))]


def _paths() -> list[str]:
    """Return the paths below the base that lead to the same in every publication, the home page's left out."""
    always = (operation.path for area in api_areas() if not area.is_optional for operation in area.operation)
    return sorted({path[1:] for path in always if "{" not in path} - _FREE)
