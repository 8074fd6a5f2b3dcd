"""Texts that are there in several languages: the one for a reader."""

from collections.abc import Mapping
from dataclasses import dataclass

from kgpub.reader import Reader
from kgpub.site import Site


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and its language where markup must tell it."""

    text: str
    language: str = ""


def text_for(reader: Reader, texts: Mapping[str, str]) -> Text:
    """Return the one of several texts whose language comes first in the reader's order; no tag is the site's own."""
    tag = min(texts, key=lambda tag: (reader.rank(tag or reader.untagged), tag == "", tag))
    return Text(texts[tag], reader.told(tag))


def setting_for(site: Site, reader: Reader, texts: Mapping[str, str]) -> Text:
    """Return the one of the texts of a setting that is for a reader; one without a tag is in the site's language."""
    return text_for(reader, {tag or site.publication.language: text for tag, text in texts.items()})


def site_title(site: Site, reader: Reader) -> Text:
    """Return the title of the data set."""
    publication = site.publication
    return text_for(reader, {publication.language: publication.title, **publication.catalog.titles})


def site_description(site: Site, reader: Reader) -> Text:
    """Return what the data set is about."""
    publication = site.publication
    return text_for(reader, {publication.language: publication.description, **publication.catalog.descriptions})
