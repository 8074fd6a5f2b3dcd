"""What to answer for an IRI that nothing is described under: gone, or never there, with the spellings that exist."""

from kgpub.errors import Gone, KgpubError, NotDescribed
from kgpub.near_misses import near_misses
from kgpub.site import Site


def not_described(site: Site, iri: str, *others: str) -> KgpubError:
    """Return the error for an IRI, or for one of several that a request may mean: ``Gone`` or ``NotDescribed``."""
    for each in (iri, *others):
        gone = site.documents.gone(each)
        if gone is not None:
            return Gone(each, gone.release, gone.replaced_by)
    return NotDescribed(f"Nothing is described under <{iri}>.", iri, near_misses(site, iri))
