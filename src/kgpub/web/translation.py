"""Put the messages of one language into templates while these are compiled: no page looks a message up.

Looking 27 messages up took a quarter of the time of an entity's page. What a message names is written and escaped where
it stands, as the extension ``jinja2.ext.i18n`` does it when a page is made.
"""

import re
from collections.abc import Iterator
from typing import Any

from babel.support import NullTranslations
from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer

_FUNCTIONS = ("_", "gettext")
_PARTS = re.compile(r"%\((\w+)\)s|(%%)")


class TranslatedEnvironment(Environment):
    """Templates in one language; what has a plural, or is no constant, is still looked up when a page is made."""

    def __init__(self, translations: NullTranslations, **options: Any) -> None:
        super().__init__(**options, extensions=("jinja2.ext.i18n",))
        self.policies["ext.i18n.trimmed"] = True
        self.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
        self._translator = _Translator(translations)

    def _generate(self, source: nodes.Template, *arguments: Any, **options: Any) -> str:
        """Generate the code of a template; the hook that Jinja has for this."""
        return super()._generate(self._translator.visit(source), *arguments, **options)


class _Translator(NodeTransformer):
    """Replaces calls that translate a constant."""

    def __init__(self, translations: NullTranslations) -> None:
        self._translations = translations

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802 (Jinja's name)
        """Translate what is written; a message with variables is written piece by piece."""
        node.nodes = [part for child in node.nodes for part in self._pieces(child) or (self.visit(child),)]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (Jinja's name)
        """Translate a call for a message that is a constant."""
        pieces = self._pieces(node)
        if len(pieces) > 1:
            return nodes.Concat(pieces, lineno=node.lineno)
        return pieces[0] if pieces else self.generic_visit(node)

    def _pieces(self, node: nodes.Expr) -> list[nodes.Expr]:
        """Return what a call for a constant message writes; nothing for any other expression."""
        if not (isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in _FUNCTIONS):
            return []
        text = node.args[0] if len(node.args) == 1 else None
        if not isinstance(text, nodes.Const):
            return []
        variables = {keyword.key: self.visit(keyword.value) for keyword in node.kwargs}
        return list(_parts(self._translations.gettext(text.value), variables, node.lineno))


def _parts(message: str, variables: dict[str, nodes.Expr], line: int) -> Iterator[nodes.Expr]:
    """Yield the constant texts of a message and what stands between them."""
    text, at = "", 0
    for found in _PARTS.finditer(message):
        text += message[at : found.start()] + ("%" if found[2] else "")
        at = found.end()
        if found[1]:
            yield from _constant(text, line)
            yield variables[found[1]]
            text = ""
    text += message[at:]
    yield from _constant(text, line)


def _constant(text: str, line: int) -> Iterator[nodes.Expr]:
    if text:
        yield nodes.MarkSafeIfAutoescape(nodes.Const(text, lineno=line), lineno=line)
