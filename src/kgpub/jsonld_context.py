"""The JSON-LD context of a release: its prefixes, and its ontology's terms by their names.

For those who write JSON for this vocabulary or want to read it with short keys. Documents do not need it: each brings
the prefixes that it uses (docs/decisions/0025-signposting.md). Source: JSON-LD 1.1, sections 9.15 (context
definitions) and 4.2.3 (type coercion).
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from kgpub.iris import SCHEMES, last_segment
from kgpub.nquads import iri_in, split_line
from kgpub.site import Site
from kgpub.vocabulary import OWL, RDF, RDFS, TYPE, XSD

#: What an ontology's terms are, by how their values are written: as links, or as literals.
_CLASSES = (f"{OWL}Class", f"{RDFS}Class")
_OF_LINKS = f"{OWL}ObjectProperty"
_PROPERTIES = (_OF_LINKS, f"{OWL}DatatypeProperty", f"{OWL}AnnotationProperty", f"{RDF}Property")
_TERMS_AT_MOST = 5_000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
#: A prefix that ends in none of these has to say that it is one (section 9.15.1).
_DELIMITERS = "/#:?[]@"


def context_of(site: Site) -> bytes:
    """Return the context as a JSON-LD document."""
    prefixes = {name: _prefix(iri) for name, iri in sorted(site.prefixes.items()) if name and name not in SCHEMES}
    terms: dict[str, Any] = {}
    for iri, coerced in _terms(site):
        name = last_segment(iri)
        if _NAME.fullmatch(name) and name not in prefixes and name not in SCHEMES:
            terms.setdefault(name, {"@id": iri, "@type": coerced} if coerced else iri)
    context = {"@version": 1.1, **prefixes, **dict(sorted(terms.items()))}
    return (json.dumps({"@context": context}, indent=1, ensure_ascii=False) + "\n").encode()


def _prefix(namespace: str) -> Any:
    return namespace if namespace[-1] in _DELIMITERS else {"@id": namespace, "@prefix": True}


def _terms(site: Site) -> Iterator[tuple[str, str]]:
    """Yield the terms below the base, classes first, each with what its values are coerced to, if anything."""
    seen = set()
    for kind in (*_CLASSES, *_PROPERTIES):
        for iri in _instances(site, kind):
            if site.base.holds(iri) and iri not in seen:
                seen.add(iri)
                yield iri, "" if kind in _CLASSES else _coerced(site, iri, kind)
            if len(seen) >= _TERMS_AT_MOST:
                return


def _instances(site: Site, kind: str) -> Iterator[str]:
    page = 1
    while (found := site.documents.incoming_page(kind, TYPE, page)) is not None:
        yield from found.subjects
        page += 1


def _coerced(site: Site, iri: str, kind: str) -> str:
    """Return the type that a property's values have: links, or the one datatype of XSD that is its range."""
    if kind == _OF_LINKS:
        return "@id"
    document = site.documents.get(iri)
    said = (split_line(line) for line in document.lines) if document else ()
    ranges = [iri_in(s.object) for s in said if s.predicate == f"<{RDFS}range>" and s.subject == f"<{iri}>"]
    only = ranges[0] if len(ranges) == 1 else None
    return only if only is not None and only.startswith(XSD) and only != f"{XSD}string" else ""
