"""The words of pages, which are the program's own: in English as the templates have them, in others from catalogs.

A catalog is a ``.po`` file of ``translations/``, named after its language; ``scripts/messages`` brings it up to date.
They are independent of the languages of the data: see ``languages``.
"""

import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from kgpub.languages import Languages, Order

#: The language in which templates are written.
ENGLISH = "en"
#: Their names in themselves.
INTERFACE_LANGUAGES: Mapping[str, str] = MappingProxyType({ENGLISH: "English", "fr": "Français"})


def interface_languages(site_language: str) -> Languages:
    """Return the languages of the interface; a reader who does not say has that of the site, or English."""
    return Languages(tuple(INTERFACE_LANGUAGES), (site_language, ENGLISH))


def first_of(order: Order) -> str:
    """Return the language of the interface that comes first in an order."""
    return next((tag for tag in order if tag in INTERFACE_LANGUAGES), ENGLISH)


@cache
def translations(tag: str) -> NullTranslations:
    """Return the messages of the interface in a language."""
    if tag == ENGLISH:
        return NullTranslations()
    with files("kgpub").joinpath("translations", f"{tag}.po").open("rb") as file:
        catalog = read_po(file, locale=tag)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)
