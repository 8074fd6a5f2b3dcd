"""For whom a page is made: where its links start, in which languages its texts are, and what its links keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from kgpub.interface import ENGLISH, first_of
from kgpub.iris import with_parameter
from kgpub.languages import Languages, Order, check_tag
from kgpub.site import Site


@dataclass(frozen=True)
class Asked:
    """The languages that an address names: *content* that of texts, *interface* that of the words around them."""

    content: str | None = None
    interface: str | None = None


NOTHING_ASKED = Asked()


@dataclass(frozen=True)
class Reader:
    """One kind of reader; two for whom a page would be the same are equal.

    *root* is the path below which the server is mounted. *languages* is the order in which texts are chosen; a text
    without a tag counts as one in the language *untagged*. *interface* is the language of the words around them.
    *asked* and *asked_interface* are the languages that the address names, which links between pages keep.
    *is_negotiated* tells that ``Accept-Language`` had a say.
    """

    root: str
    languages: Order
    untagged: str
    interface: str = ENGLISH
    asked: str = ""
    asked_interface: str = ""
    is_negotiated: bool = False

    @cached_property
    def key(self) -> str:
        """Return what tells this reader from others, short to compare."""
        return f"{self.root} {self.tag} {self.asked} {self.asked_interface}"

    @property
    def tag(self) -> str:
        """Return the languages as a validator holds them."""
        return ".".join(filter(None, (f"{self.interface}:", *self.languages)))

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
        return "" if language == self.interface else language

    def vary(self, *, by_format: bool, is_spoken: bool) -> str:
        """Return the header fields that chose a representation; *is_spoken* tells that it is in one language."""
        if is_spoken and self.is_negotiated:
            return "Accept, Accept-Language" if by_format else "Accept-Language"
        return "Accept" if by_format else ""

    def at(self, path: str) -> str:
        """Return the address of a page of this server, by its path below the root."""
        return self.keep(f"{self.root}/{path}")

    def keep(self, address: str) -> str:
        """Return the address of a page so that it is in the languages that were asked for."""
        if not self.kept:
            return address
        page, hash_, fragment = address.partition("#")
        return in_languages(page, self.kept) + hash_ + fragment

    @cached_property
    def kept(self) -> Mapping[str, str]:
        """Return the parameters that links and forms keep."""
        asked = {"lang": self.asked, "ui": self.asked_interface}
        return {name: tag for name, tag in asked.items() if tag}


def in_languages(address: str, kept: Mapping[str, str] = MappingProxyType({}), **tags: str) -> str:
    """Return an address that names languages: those that it *kept*, but for the ones that are given."""
    for name, tag in {**kept, **tags}.items():
        address = with_parameter(address, f"{name}={tag}")
    return address


def reader_of(site: Site, root: str, accept_language: str | None = None, asked: Asked = NOTHING_ASKED) -> Reader:
    """Return the reader who sends a header ``Accept-Language`` or names languages in the address.

    A language of texts in the address leaves nothing to the header: such an address shows everybody the same, with the
    words around them in that language where the interface has it. Raises ``BadRequest`` for what is no language tag.
    """
    order, content = _chosen(site.languages, accept_language, asked.content, "lang")
    wanted = asked.content if asked.interface is None else asked.interface
    words, asked_words = _chosen(site.interface_languages, accept_language, wanted, "ui")
    return Reader(
        root,
        order,
        site.publication.language,
        first_of(words),
        content,
        asked_words if asked.interface is not None else "",
        asked.content is None and (site.languages.is_choice or asked.interface is None),
    )


def _chosen(languages: Languages, header: str | None, tag: str | None, parameter: str) -> tuple[Order, str]:
    """Return the order that an address or, where it does not, a header asks for, and what of it the address does."""
    return (languages.negotiate(header), "") if tag is None else languages.with_first(check_tag(tag, parameter))


def plain_reader(site: Site, root: str = "") -> Reader:
    """Return the reader who does not say in which language to answer."""
    words = first_of(site.interface_languages.default)
    return Reader(root, site.languages.default, site.publication.language, words)
