"""What things are called in the languages that a client prefers, and what they are in a sentence."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kgpub.label import Label
from kgpub.property_values import values_of
from kgpub.site import Site
from kgpub.vocabulary import DESCRIPTION_PROPERTIES

#: Characters of a description; clients show it in a line or two.
_DESCRIPTION_CHARACTERS = 300


class Name(NamedTuple):
    """A text and its language, empty where nobody knows."""

    text: str
    language: str = ""


class EntityNames:
    """Chooses names and descriptions: *languages* are tags, best first."""

    def __init__(self, site: Site, languages: Iterable[str]) -> None:
        self._site = site
        self.languages = tuple(dict.fromkeys((*languages, site.publication.language, "en", "")))

    def of(self, iris: Iterable[str]) -> dict[str, Name]:
        """Return the name of each IRI: its label, or a prefixed name, or the end of the IRI."""
        iris = list(dict.fromkeys(iris))
        labels = self._site.documents.labels(iris)
        return {iri: self.chosen(labels.get(iri, {})) or Name(self._site.short_name(iri)) for iri in iris}

    def chosen(self, by_language: Mapping[str, Label]) -> Name | None:
        """Return the label in the best language that there is one in; None where there is none."""
        tag = next((tag for tag in self.languages if tag in by_language), min(by_language, default=None))
        return None if tag is None else Name(by_language[tag].text.strip(), tag)

    def description(self, iri: str) -> Name | None:
        """Return what describes a thing in a sentence or two, None where nothing does."""
        by_property = values_of(self._site, iri, DESCRIPTION_PROPERTIES)
        for property_ in DESCRIPTION_PROPERTIES:
            texts = {value.language: value.text for value in reversed(by_property[property_]) if value.text}
            tag = next((tag for tag in self.languages if tag in texts), min(texts, default=None))
            if tag is not None:
                return Name(_shortened(" ".join(texts[tag].split())), tag)
        return None


def _shortened(text: str) -> str:
    if len(text) <= _DESCRIPTION_CHARACTERS:
        return text
    return text[:_DESCRIPTION_CHARACTERS].rpartition(" ")[0].rstrip(",;:") + " …"
