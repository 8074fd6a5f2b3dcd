"""Suggest, for an IRI that nothing is described under, the spellings of it that exist."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote, unquote

from kgpub.formats import DOCUMENT_FORMATS
from kgpub.iris import is_iri, spellings
from kgpub.site import Site

_SUGGESTIONS_AT_MOST = 5
_SPELLINGS_AT_MOST = 200
_LENGTH_AT_MOST = 2_000
_SUFFIXES = frozenset(fmt.suffix for fmt in DOCUMENT_FORMATS)


def near_misses(site: Site, iri: str) -> tuple[str, ...]:
    """Return described IRIs that differ from *iri* in a slash, case, scheme, percent-encoding or normalisation.

    They may differ in two of these. Last come those that have one letter of its name less, or two neighbours changed
    round. No more than so many spellings are looked up.
    """
    if len(iri) > _LENGTH_AT_MOST:
        return ()
    found: dict[str, None] = {}
    for spelling in islice(dict.fromkeys(_spellings(site, iri)), _SPELLINGS_AT_MOST):
        if spelling != iri and is_iri(spelling) and site.documents.first_described([spelling]) is not None:
            found[spelling] = None
    return tuple(found)[:_SUGGESTIONS_AT_MOST]


def _spellings(site: Site, iri: str) -> Iterator[str]:
    names = dict.fromkeys((iri, *_names(site, iri), *_names(site, unquote(iri))))
    for name in names:
        yield from (name, f"{name}#")
        yield from spellings(name)
    for name in dict.fromkeys(map(unquote, names)):
        for form in ("NFC", "NFD", "NFKC"):
            normal = unicodedata.normalize(form, name)
            yield from (normal, quote(normal, safe="/:#?&=@"))
    yield from _typed(iri)


def _typed(iri: str) -> Iterator[str]:
    """Yield what somebody may have meant whose fingers were too quick: the last name with a slip less."""
    folder, slash, name = iri.rpartition("/")
    for at in range(len(name)):
        before, after = folder + slash + name[:at], name[at + 1 :]
        yield before + after
        yield before + after[:1] + name[at] + after[1:]


def _names(site: Site, iri: str) -> Iterator[str]:
    """Yield names that are slightly different: without a fragment, a suffix, a second slash; in another case."""
    yield iri.partition("#")[0]
    stem, _, suffix = iri.rpartition(".")
    if suffix in _SUFFIXES:
        yield stem
    scheme, separator, rest = iri.partition("://")
    yield scheme + separator + re.sub("//+", "/", rest)
    yield from _cases(site, iri)
    if site.base.holds(iri) and "/" not in site.base.local(iri):
        yield site.base.resolve(f"id/{site.base.local(iri).lower()}")


def _cases(site: Site, iri: str) -> Iterator[str]:
    """Yield the cases that names come in; below the base, what stands there alone varies."""
    start, name = (site.base.iri, site.base.local(iri)) if site.base.holds(iri) else ("", iri)
    yield start + name.lower()
    folder, slash, last = name.rpartition("/")
    folder = start + folder.lower() + slash
    for spelling in (last, last.lower(), last.upper(), last.capitalize(), last[:1].upper() + last[1:]):
        yield folder + spelling
    yield folder + last[:1].lower() + last[1:]
