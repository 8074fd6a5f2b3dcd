"""Messages that are put into templates while these are compiled: the same as when they are looked up for a page."""

from babel.support import NullTranslations
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from kgpub.web.translation import TranslatedEnvironment

MESSAGES = {
    "Home": "Accueil",
    "%(n)s things at <b>%(place)s</b>": "À <b>%(place)s</b>, %(n)s choses",
    "100 %% of %(n)s": "%(n)s à 100 %%",
    "%(n)s page": "%(n)s feuille",
}
TEMPLATES = {
    "all.html": (
        "{{ _('Home') }} <a title=\"{{ _('Home') }}\">{% trans n=n, place=place %}{{ n }} things at <b>{{ place }}</b>"
        "{% endtrans %}</a> {{ _('100 %% of %(n)s', n=n) }} {{ _('Home')|upper }} {{ _(word) }} {{ _('unknown') }}"
        "{% set shown = _('%(n)s things at <b>%(place)s</b>', n=n, place=place) %} {{ shown }} [{{ shown ~ place }}]"
        "{% for one in [1, 2] %}{{ gettext('100 %% of %(n)s', n=one) }};{% endfor %}"
        "{% trans n=n %}{{ n }} page{% pluralize %}{{ n }} pages{% endtrans %}"
    ),
    "plain.txt": "{{ _('Home') }}: {% trans n=n, place=place %}{{ n }} things at <b>{{ place }}</b>{% endtrans %}",
}
SHOWN = {"n": 3, "place": "<i>&", "word": "Home"}


class Messages(NullTranslations):
    """A few messages in French."""

    def gettext(self, message: str) -> str:
        return MESSAGES.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, num: int) -> str:
        return self.gettext(msgid1 if num < 2 else msgid2)

    def ugettext(self, message: str) -> str:  # the name that Jinja asks for first
        return self.gettext(message)

    def ungettext(self, msgid1: str, msgid2: str, num: int) -> str:
        return self.ngettext(msgid1, msgid2, num)


def test_pages_are_what_they_are_where_messages_are_looked_up() -> None:
    ours = TranslatedEnvironment(Messages(), loader=DictLoader(TEMPLATES), autoescape=_is_html)
    loader = DictLoader(TEMPLATES)
    theirs = Environment(loader=loader, autoescape=_is_html, extensions=("jinja2.ext.i18n",))  # noqa: S701 (it is one)
    theirs.policies["ext.i18n.trimmed"] = True
    theirs.install_gettext_translations(Messages(), newstyle=True)  # type: ignore[attr-defined]
    for name in TEMPLATES:
        assert ours.get_template(name).render(**SHOWN) == theirs.get_template(name).render(**SHOWN)


def test_what_a_message_names_is_escaped_unless_it_is_markup() -> None:
    environment = TranslatedEnvironment(Messages(), loader=DictLoader(TEMPLATES), autoescape=_is_html)
    page = environment.from_string("{% trans n=n, place=place %}{{ n }} things at <b>{{ place }}</b>{% endtrans %}")
    assert page.render(n=1, place="<i>") == "À <b><i></b>, 1 choses"  # a text is no page
    page = environment.get_template("all.html")
    assert "À <b>&lt;i&gt;&amp;</b>, 3 choses" in page.render(**SHOWN)
    assert "À <b><i>here</i></b>, 3 choses" in page.render(**(SHOWN | {"place": Markup("<i>here</i>")}))


def test_constant_messages_are_not_looked_up_for_a_page() -> None:
    asked: list[str] = []

    class Counting(Messages):
        def gettext(self, message: str) -> str:
            asked.append(message)
            return super().gettext(message)

    environment = TranslatedEnvironment(Counting(), loader=DictLoader(TEMPLATES), autoescape=_is_html)
    template = environment.get_template("all.html")
    asked.clear()
    template.render(**SHOWN)
    assert asked == ["Home", "%(n)s pages"]  # a variable, and the plural


def _is_html(name: str | None) -> bool:
    return name is not None and name.endswith(".html")
