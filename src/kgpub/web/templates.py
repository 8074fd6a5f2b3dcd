"""The templates of the pages, once for each language of the interface."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from kgpub.interface import INTERFACE_LANGUAGES, translations
from kgpub.iris import licence_name
from kgpub.reader import Reader, in_languages
from kgpub.texts import Text
from kgpub.web.markup import Macro, Patterns, data_block, lang
from kgpub.web.translation import TranslatedEnvironment

#: Heads and feet of pages: three for each language asked for and area of the site, less than 1 MB.
_PARTS_KEPT = 128
#: Properties whose markup is kept; less than 1 MB.
_HEADINGS_KEPT = 1_024


def environments(plain: Reader, title_of: Callable[[Reader], Text], **shared: object) -> Mapping[str, Environment]:
    """Return the templates in each language of the interface.

    *plain* is a reader who does not say in which language to answer, *title_of* returns the title of the data set for a
    reader; *shared* is what all templates know.
    """
    return {tag: _environment(replace(plain, interface=tag), title_of, shared) for tag in INTERFACE_LANGUAGES}


def _environment(reader: Reader, title_of: Callable[[Reader], Text], shared: Mapping[str, object]) -> Environment:
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
    _add_filters(environment, reader, title_of)
    environment.globals["ui"] = environment.get_template("_macros.html").module  # an import costs each page 20 µs
    return environment


def _add_filters(environment: Environment, reader: Reader, title_of: Callable[[Reader], Text]) -> None:
    def macro(name: str) -> Macro:
        found: Macro = getattr(environment.globals["ui"], name)
        return found

    @lru_cache(_HEADINGS_KEPT)
    def heading(link: object) -> object:
        """Return the head of a row about a property: the same on nearly every page."""
        return macro("heading")(link)

    @lru_cache(_PARTS_KEPT)
    def part(reader: Reader, template: str, here: object = "") -> Markup:
        """Return a part of every page that is the same for a kind of reader, and for each area of the site."""
        found = environment.get_template(template)
        return Markup(found.render(reader=reader, root=reader.root, title=title_of(reader), here=here))  # noqa: S704

    patterns = Patterns(macro, reader.told(""))
    for written in (patterns.anchor, patterns.one, patterns.alternates, patterns.formats):
        environment.filters[written.__name__] = written
    environment.filters["heading"] = heading
    environment.filters["part"] = part
    environment.filters["data_block"] = data_block
    environment.filters["lang"] = lang
    environment.filters["in_languages"] = in_languages
    environment.filters["licence_name"] = licence_name
    environment.filters["decimal"] = lambda number: format_decimal(number, "@##", locale=reader.interface)
    environment.filters["thousands"] = lambda number: f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
