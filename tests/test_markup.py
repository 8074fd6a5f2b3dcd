"""Links and values filled into patterns: what a template would have written, with nothing left unescaped."""

from itertools import product

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Environment
from markupsafe import Markup

from kgpub.values import Link, Value

TEXTS = st.text(st.sampled_from("ab{}0%<>&\"' "), min_size=1, max_size=6)
REUSED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def english(app: Flask) -> Environment:
    environment: Environment = app.extensions["kgpub.renderer"].environments["en"]
    return environment


def by_macro(app: Flask, macro: str, *values: object) -> str:
    return str(getattr(english(app).globals["ui"], macro)(*values))


def filtered(app: Flask, name: str, value: object) -> Markup:
    written = english(app).filters[name](value)
    assert isinstance(written, Markup)
    return written


@REUSED
@given(
    st.builds(Link, st.just("") | TEXTS, TEXTS, TEXTS, st.booleans(), st.just("no:name"), st.sampled_from(["", "fr"]))
)
def test_a_link_is_what_the_macro_writes_of_it(app: Flask, link: Link) -> None:
    assert filtered(app, "anchor", link) == by_macro(app, "link_to", link, link.text)


@REUSED
@given(TEXTS, TEXTS, st.sampled_from(["", "fr"]))
def test_no_text_of_a_literal_becomes_markup(app: Flask, text: str, name: str, language: str) -> None:
    datatype = Link("", name, name, is_ours=False, name=name)
    written = filtered(app, "one", Value(text=text, language=language, datatype=datatype))
    assert written.count("<") == written.count(">") == 2 * (2 + (language != ""))
    assert text in written.unescape()


def test_the_parts_of_a_value_are_written_as_values_are(app: Flask) -> None:
    inner = Value(text="<b>", language="en")
    for value in (Value(text="_:b", items=(inner, inner)), Value(triple=(inner, inner, inner))):
        assert filtered(app, "one", value).count("&lt;b&gt;") == max(len(value.items), len(value.triple))


def test_a_long_literal_gets_a_box_and_an_inferred_one_its_mark(app: Flask) -> None:
    for is_long, is_inferred in product((False, True), (False, True)):
        written = filtered(app, "one", Value(text="x" * (1_501 if is_long else 1_500), is_inferred=is_inferred))
        assert ('tabindex="0"' in written, ">inferred</span>" in written) == (is_long, is_inferred)
