"""The words that scripts show are those of the templates, where they can be translated."""

import re
from importlib.resources import files
from pathlib import Path

SOURCES = sorted(Path(__file__).parents[1].joinpath("web-ui", "src").rglob("*.js"))
TEMPLATES = sorted(Path(str(files("kgpub"))).joinpath("templates").glob("*.html"))
#: What looks like words and is none: names of methods, headers, keys, phrases of CodeMirror that are replaced.
_NO_WORDS = re.compile(
    r"^(Accept|Content-Type|POST|Arrow(Up|Down)|Enter|Escape|Mod-Enter|Completions|Selection deleted|Control character"
    r"|[a-z]+/[a-z+-]+(;q=[\d.]+)?(, [a-z]+/[a-z+-]+)*|\./.*|@?[a-z]+/[\w/.-]+|use strict)$"
)
#: A word with a capital, or two words in a row.
_WORDS = re.compile(r"\b[A-Z][a-z]+|(?<![\w.#-])[a-z]{2,} [a-z]{2,}(?![\w-])")


def _code(source: Path) -> str:
    return re.sub(r"(^|\s)//[^\n]*", r"\1", source.read_text("utf-8"))


def _literals(code: str) -> list[str]:
    found = re.findall(r"'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`", code)
    return [re.sub(r"\$\{[^{}]*\}", "", single or template) for single, template in found]


def _given() -> set[str]:
    """Return the names of the words that templates give, as scripts name them."""
    attributes = (re.findall(r"data-word-([a-z-]+)=", template.read_text("utf-8")) for template in TEMPLATES)
    return {"".join(part.capitalize() for part in name.split("-")) for names in attributes for name in names}


def test_no_script_holds_words_that_people_read() -> None:
    assert len(SOURCES) > 5
    given = _given()
    for source in SOURCES:
        code = re.sub(r"const KEYWORDS = `[^`]*`", "", _code(source))
        texts = [text for text in _literals(code) if "var(--" not in text and text not in given]
        assert [text for text in texts if _WORDS.search(text) and not _NO_WORDS.match(text)] == [], source.name


def test_the_words_that_scripts_ask_for_are_those_that_templates_give() -> None:
    asked = {name for source in SOURCES for name in re.findall(r"\b[wW]ord\('(\w+)'", _code(source))}
    told = {"Drawn", "DrawnAtMost"}
    assert asked | told | {"Table", "Chart", "Raw", "Bars", "Line", "Pie"} == _given()
