"""What plays a role on a page, by the paths that the settings give the roles: terms, and values to show."""

from collections.abc import Iterable

from kgpub.page_kinds import PageKind
from kgpub.paths import Paths
from kgpub.reader import Reader
from kgpub.rows import is_iri_token, literal_parts
from kgpub.site import Site
from kgpub.values import Link, Linker, Value


class Roles:
    """The roles of one kind of page, for one page of it."""

    def __init__(self, site: Site, kind: PageKind, reader: Reader) -> None:
        """Take the release, the settings of the kind, and for whom the page is."""
        self.site = site
        self.kind = kind
        self.reader = reader
        self.paths = Paths(site)
        self._linker = Linker(site, {}, reader)

    def has(self, role: str) -> bool:
        """Tell whether the settings fill a role."""
        return role in self.kind.roles

    def terms(self, role: str, thing: str) -> list[str]:
        """Return what plays a role for a thing; nothing does where the settings do not fill it."""
        path = self.kind.roles.get(role)
        return self.paths.follow([thing], path) if path is not None else []

    def things(self, role: str, thing: str) -> list[str]:
        """Return those that are IRIs."""
        return [term for term in self.terms(role, thing) if is_iri_token(term)]

    def values(self, role: str, thing: str) -> tuple[Value, ...]:
        """Return what plays a role for a thing, to be shown."""
        return self.shown(self.terms(role, thing))

    def shown(self, terms: Iterable[str]) -> tuple[Value, ...]:
        """Return terms as values; of texts in several languages those in the one that comes first for the reader."""
        found = list(terms)
        tags = {literal_parts(term)[1] for term in found if term[0] == '"'} - {""}
        first = min(tags, key=lambda tag: (self.reader.rank(tag), tag), default="")
        return tuple([self._value(t) for t in found if t[0] != '"' or literal_parts(t)[1] in ("", first)])

    def link(self, thing: str) -> Link:
        """Return a link to a thing."""
        return self._linker.term(thing[1:-1])

    def property(self, name: str) -> Link:
        """Return a link to a property that the settings name."""
        return self._linker.term(self.site.base.resolve(name))

    def _value(self, term: str) -> Value:
        if is_iri_token(term):
            link = self.link(term)
            return Value(link, link.text)
        text, language, _ = literal_parts(term)
        return Value(text=text, language=language if self._is_told(language) else "")

    def _is_told(self, language: str) -> bool:
        """Tell whether a text's language is worth a word: not where it is that of the page around it."""
        return bool(self.reader.told(language) or self.reader.told(""))
