"""Write Turtle and TriG (RDF 1.2) from the terms of canonical lines, in the order in which they come.

The writing is Oxigraph's: one subject after the other, `` ; `` between properties, `` , `` between values, numbers and
truth values bare. Names stand for IRIs by one rule in every document: a prefix, and a rest without ``/``, ``#`` or
``:``. Declared are the prefixes of the namespaces that occur, in the order of their names.
"""

import re
from collections.abc import Iterable

from kgpub.iris import PLAIN_IRI, Prefixes
from kgpub.rows import Row, is_iri_token
from kgpub.vocabulary import TYPE, XSD

_TYPE = f"<{TYPE}>"
#: What needs no datatype written (Turtle 1.2, productions 19 to 21 and 133s).
_BARE = {
    f"<{XSD}integer>": re.compile(r"[+-]?[0-9]+"),
    f"<{XSD}decimal>": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    f"<{XSD}double>": re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+"),
    f"<{XSD}boolean>": re.compile("true|false"),
}
#: PN_CHARS_U and PN_CHARS (production 163s, 164s and 167s).
_LETTERS = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_TO_ESCAPE = re.compile(r"[~!$&'()*+,;=?@%]|^[.-]|\.\Z")
_ESCAPED_LOCAL = re.compile(rf"(?:[{_LETTERS}0-9]|\\.)(?:[{_LETTERS}0-9.\u00b7\u0300-\u036f\u203f-\u2040-]|\\.)*")


def to_turtle(rows: Iterable[Row], prefixes: Prefixes) -> bytes:
    """Return statements as Turtle, or as TriG where there is a graph among them."""
    names = _Names(prefixes)
    written: list[str] = []
    subject = predicate = graph = tab = end = ""
    for s, p, o, g in rows:
        if g != graph:
            written += (end, "}\n" if graph else "", f"{names[g]} {{\n" if g else "")
            graph, tab, subject, end = g, "\t" if g else "", "", ""
        if s != subject:
            written.append(f"{end}{tab}{names[s]} {'a' if p == _TYPE and names[p] else names[p]} ")
            subject, predicate, end = s, p, " .\n"
        elif p != predicate:
            written.append(f" ;\n{tab}\t{'a' if p == _TYPE and names[p] else names[p]} ")
            predicate = p
        else:
            written.append(" , ")
        written.append(o if o[0] == '"' and o[-1] != ">" else names[o])
    written += (end, "}\n" if graph else "")
    return "".join((*names.declarations(), *written)).encode()


class _Names(dict[str, str]):
    """What terms are written as in one document, each made when it is first asked for."""

    def __init__(self, prefixes: Prefixes) -> None:
        self._prefixes = prefixes
        self._plain = prefixes.plain
        self._used: set[str] = set()

    def __missing__(self, token: str) -> str:
        found = PLAIN_IRI.match(token) if self._plain is not None else None
        if found is not None and self._plain is not None:  # so it is nearly always
            folder, local = found.groups()
            prefix = self._plain.get(folder)
            if prefix is None:
                written = token
            else:
                self._used.add(prefix)
                written = f"{prefix}:{local}"
        else:
            written = self._written(token)
        self[token] = written
        return written

    def declarations(self) -> list[str]:
        """Return the lines that declare the prefixes of the namespaces that occur."""
        namespaces = dict(self._prefixes.namespaces)
        lines = sorted([f"@prefix {name}: <{namespaces[name]}> .\n" for name in self._used])
        return [*lines, "\n"] if lines else []

    def _written(self, token: str) -> str:
        if token[0] == '"':
            return self._typed(token)
        found = self._prefixes.find(token[1:-1]) if is_iri_token(token) else None
        if found is None:  # a blank node, or a triple term, whose terms stay as they are
            return token
        name, local = found
        self._used.add(name)
        local = _TO_ESCAPE.sub(r"\\\g<0>", local)
        return f"{name}:{local}" if _ESCAPED_LOCAL.fullmatch(local) else token

    def _typed(self, token: str) -> str:
        text, _, datatype = token.rpartition("^^")
        name = self[datatype]
        bare = _BARE.get(datatype)
        return text[1:-1] if bare is not None and bare.fullmatch(text, 1, len(text) - 1) else f"{text}^^{name}"
