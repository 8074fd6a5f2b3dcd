"""Suggest, for an IRI that nothing is described under, the spellings of it that exist."""

import unicodedata
from collections.abc import Iterator

from kgpub.iris import is_iri, spellings
from kgpub.site import Site

_SUGGESTIONS_AT_MOST = 5
_LENGTH_AT_MOST = 2_000


def near_misses(site: Site, iri: str) -> tuple[str, ...]:
    """Return described IRIs that differ from *iri* in a slash, case, scheme, percent-encoding or normalisation."""
    if len(iri) > _LENGTH_AT_MOST:
        return ()
    found: dict[str, None] = {}
    for spelling in dict.fromkeys(_spellings(site, iri)):
        if spelling != iri and is_iri(spelling) and site.documents.first_described([spelling]) is not None:
            found[spelling] = None
    return tuple(found)[:_SUGGESTIONS_AT_MOST]


def _spellings(site: Site, iri: str) -> Iterator[str]:
    for slashed in (iri, iri.rstrip("/"), f"{iri.rstrip('/')}/", f"{iri}#", iri.split("#", maxsplit=1)[0]):
        yield slashed
        yield site.base.resolve(site.base.local(slashed).lower()) if site.base.holds(slashed) else slashed.lower()
    for spelling in spellings(iri):
        yield spelling
        for form in ("NFC", "NFD", "NFKC"):
            yield unicodedata.normalize(form, spelling)
    if site.base.holds(iri) and "/" not in site.base.local(iri):
        yield site.base.resolve(f"id/{site.base.local(iri).lower()}")
