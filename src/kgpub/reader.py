"""For whom a page is made: where its links start, in which languages its texts are, and what its links keep."""

from dataclasses import dataclass
from functools import cached_property

from kgpub.description import with_parameter
from kgpub.languages import Order, check_tag
from kgpub.site import Site

#: The language of the words that the templates hold. What pages say of the data is in the reader's.
INTERFACE_LANGUAGE = "en"


@dataclass(frozen=True)
class Reader:
    """One kind of reader; two for whom a page would be the same are equal.

    *root* is the path below which the server is mounted. *languages* is the order in which texts are chosen; a text
    without a tag counts as one in the language *untagged*. *asked* is the language that the address names, which links
    between pages keep. *is_negotiated* tells that ``Accept-Language`` had a say.
    """

    root: str
    languages: Order
    untagged: str
    asked: str = ""
    is_negotiated: bool = False

    @cached_property
    def key(self) -> str:
        """Return what tells this reader from others, short to compare."""
        return f"{self.root} {self.tag} {self.asked}"

    @property
    def tag(self) -> str:
        """Return the order of languages as a validator holds it."""
        return ".".join(filter(None, self.languages))

    @property
    def language(self) -> str:
        """Return the language that texts are in wherever they are there in it."""
        return self.languages[0] or self.untagged

    def rank(self, tag: str) -> int:
        """Return the place of a language in the order; one that is not in it comes last."""
        return self.languages.index(tag) if tag in self.languages else len(self.languages)

    def told(self, tag: str) -> str:
        """Return the language that markup must tell of a text: none where it is that of the words around it."""
        language = tag or self.untagged
        return "" if language == INTERFACE_LANGUAGE else language

    def vary(self, *, by_format: bool, is_spoken: bool) -> str:
        """Return the header fields that chose a representation; *is_spoken* tells that it is in one language."""
        if is_spoken and self.is_negotiated:
            return "Accept, Accept-Language" if by_format else "Accept-Language"
        return "Accept" if by_format else ""

    def at(self, path: str) -> str:
        """Return the address of a page of this server, by its path below the root."""
        return self.keep(f"{self.root}/{path}")

    def keep(self, address: str) -> str:
        """Return the address of a page so that it is in the language that was asked for."""
        if not self.asked:
            return address
        page, hash_, fragment = address.partition("#")
        return with_parameter(page, f"lang={self.asked}") + hash_ + fragment


def reader_of(site: Site, root: str, accept_language: str | None = None, tag: str | None = None) -> Reader:
    """Return the reader who sends a header ``Accept-Language`` or names a language in the address, *tag*.

    A language in the address leaves nothing to the header: such an address shows everybody the same. Raises
    ``BadRequest`` for what is no language tag.
    """
    untagged = site.publication.language
    if tag is None:
        order = site.languages.negotiate(accept_language)
        return Reader(root, order, untagged, "", site.languages.is_choice)
    order, asked = site.languages.with_first(check_tag(tag))
    return Reader(root, order, untagged, asked)


def plain_reader(site: Site, root: str = "") -> Reader:
    """Return the reader who does not say in which language to answer."""
    return Reader(root, site.languages.default, site.publication.language)
