"""The templates of the pages, once for each language of the interface."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, select_autoescape

from kgpub.interface import INTERFACE_LANGUAGES, translations
from kgpub.iris import licence_name
from kgpub.reader import Reader, in_languages
from kgpub.web.markup import Macro, Patterns, data_block
from kgpub.web.translation import TranslatedEnvironment

#: Properties whose markup is kept; less than 1 MB.
_HEADINGS_KEPT = 1_024


def environments(plain: Reader, **shared: object) -> Mapping[str, Environment]:
    """Return the templates in each language of the interface.

    *plain* is a reader who does not say in which language to answer; *shared* is what all templates know.
    """
    return {tag: _environment(replace(plain, interface=tag), shared) for tag in INTERFACE_LANGUAGES}


def _environment(reader: Reader, shared: Mapping[str, object]) -> Environment:
    environment = TranslatedEnvironment(
        translations(reader.interface),
        loader=PackageLoader("kgpub"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {
        **shared,
        "interface_language": reader.interface,
        "interface_languages": INTERFACE_LANGUAGES,
    }
    _add_filters(environment, reader)
    return environment


def _add_filters(environment: Environment, reader: Reader) -> None:
    def macro(name: str) -> Macro:
        found: Macro = getattr(environment.get_template("_macros.html").module, name)
        return found

    @lru_cache(_HEADINGS_KEPT)
    def heading(link: object) -> object:
        """Return the head of a row about a property: the same on nearly every page."""
        return macro("heading")(link)

    patterns = Patterns(macro, reader.told(""))
    for written in (patterns.anchor, patterns.one, patterns.alternates, patterns.formats):
        environment.filters[written.__name__] = written
    environment.filters["heading"] = heading
    environment.filters["data_block"] = data_block
    environment.filters["in_languages"] = in_languages
    environment.filters["licence_name"] = licence_name
    environment.filters["decimal"] = lambda number: format_decimal(number, "@##", locale=reader.interface)
    environment.filters["thousands"] = lambda number: f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
