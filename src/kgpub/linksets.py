"""The links of a release to what others publish, counted for each authority."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kgpub.nquads import iri_in
from kgpub.vocabulary import LINK_PROPERTIES

#: Where there are more namespaces than this, those that come later are told apart by their hosts alone.
_NAMESPACES_AT_MOST = 1_000

_LINKS = {f"<{iri}>": iri for iri in LINK_PROPERTIES}
_HOST = re.compile(r"[^:]+:(?://[^/?#]*/?)?")


@dataclass(frozen=True, slots=True)
class Linkset:
    """The links to one authority: how many with each property, and how many subjects here have one."""

    properties: Mapping[str, int]
    subjects: int

    @property
    def triples(self) -> int:
        """Return the number of links."""
        return sum(self.properties.values())


class LinkTally:
    """Counts the links that triples are, by the namespace of what they lead to.

    The namespace is the longest of the *known* ones that fits; else the IRI without its last step, so that the
    authorities of one host (LCSH and the name authority file, say) stay apart.
    """

    def __init__(self, base_iri: str, known: Iterable[str]) -> None:
        self._base_iri = base_iri
        self._known = sorted(known, key=len, reverse=True)
        self._links: dict[str, Counter[str]] = {}
        self._subjects: Counter[str] = Counter()
        self._last: dict[str, str] = {}

    def take(self, subject: str, predicates: Sequence[str], objects: Sequence[str]) -> None:
        """Count those triples of a subject that are links to something that is not below the base."""
        if _LINKS.keys().isdisjoint(predicates):
            return
        for predicate, object_ in zip(predicates, objects, strict=True):
            if predicate in _LINKS and (target := iri_in(object_)) is not None:
                self._take_link(subject, _LINKS[predicate], target)

    def _take_link(self, subject: str, link: str, target: str) -> None:
        if target.startswith(self._base_iri):
            return
        namespace = self._namespace(target)
        self._links.setdefault(namespace, Counter())[link] += 1
        self._subjects[namespace] += self._last.get(namespace) != subject
        self._last[namespace] = subject

    def linksets(self) -> dict[str, Linkset]:
        """Return what was counted, by namespace."""
        return {iri: Linkset(dict(links), self._subjects[iri]) for iri, links in sorted(self._links.items())}

    def _namespace(self, iri: str) -> str:
        known = next((namespace for namespace in self._known if iri.startswith(namespace)), None)
        if known is not None:
            return known
        namespace = namespace_of(iri)
        if namespace in self._links or len(self._links) < _NAMESPACES_AT_MOST:
            return namespace
        host = _HOST.match(iri)
        return host[0] if host else namespace


def namespace_of(iri: str) -> str:
    """Return an IRI without its last step: ``http://ex.org/a/b`` and ``http://ex.org/a/b/`` → ``http://ex.org/a/``."""
    stem = iri.rstrip("/#")
    end = max(stem.rfind("/"), stem.rfind("#"), stem.rfind(":"))
    cut = stem[: end + 1]
    return iri if cut.endswith("://") else cut
