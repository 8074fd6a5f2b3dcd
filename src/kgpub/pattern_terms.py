"""Terms of a pattern as an address has them (Hydra's explicit representation), read into canonical N-Quads tokens.

An IRI stands as it is or between angle brackets, a literal between quotes with ``@`` and its language or ``^^`` and its
datatype behind, a variable as ``?name`` or as nothing at all. Inside the quotes nothing is escaped.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal

from kgpub.errors import BadRequest
from kgpub.genids import Genids
from kgpub.iris import is_iri
from kgpub.quad_orders import GRAPH, OBJECT, PREDICATE, SUBJECT
from kgpub.vocabulary import XSD

#: The parameters of a pattern, and where the terms stand that they give.
PLACES = {"subject": SUBJECT, "predicate": PREDICATE, "object": OBJECT, "graph": GRAPH}
#: What ``graph`` is to ask the default graph: the name that clients know, and one that is easier to type.
DEFAULT_GRAPH = "urn:ldf:defaultGraph"
_DEFAULT_GRAPH_NAMES = (DEFAULT_GRAPH, "@default")

_CHARACTERS_AT_MOST = 32_768
_VARIABLE = re.compile(r"[?$](\w*)")
_LITERAL = re.compile(
    r'"(?P<text>.*)"(?:@(?P<language>[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*(?:--(?:ltr|rtl))?)|\^\^(?P<datatype>[^"]+))?',
    re.DOTALL,
)
_PREFIXED_NAME = re.compile(r"(?P<prefix>[^:/?#]*):(?P<rest>(?!//).*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Variable:
    """A place of a pattern that matches anything; without a *name* it is like no other."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class TermReader:
    """Reads the terms of one release's patterns: prefixes with their namespaces in full, blank nodes by their IRIs."""

    prefixes: Mapping[str, str]
    genids: Genids

    def read(self, parameter: str, text: str) -> str | Variable:
        """Return the token that a parameter's value means, empty for the default graph, or a variable.

        Raises ``BadRequest`` for what is no term, or none that can stand there.
        """
        if len(text) > _CHARACTERS_AT_MOST:
            raise BadRequest(f"The parameter '{parameter}' is longer than {_CHARACTERS_AT_MOST} characters.")
        if not text:
            return Variable()
        if (variable := _VARIABLE.fullmatch(text)) is not None:
            return Variable(variable[1])
        if text.startswith('"'):
            return self._literal(parameter, text)
        if parameter == "graph" and text in _DEFAULT_GRAPH_NAMES:
            return ""
        if text.startswith("_:"):
            raise BadRequest(
                f"The parameter '{parameter}' is the label of a blank node, which means nothing outside one document; "
                "ask for the node by the IRI that the fragments give it."
            )
        return self._iri(parameter, text)

    def _iri(self, parameter: str, text: str) -> str:
        iri = text[1:-1] if text[0] == "<" and text[-1] == ">" else self._in_full(text)
        if not is_iri(iri):
            literal = ', a literal in quotes ("text"@en)' if parameter == "object" else ""
            raise BadRequest(
                f"The parameter '{parameter}' must be a full IRI, a name with a known prefix{literal} or a variable."
            )
        return self.genids.token(iri) if parameter != "predicate" else f"<{iri}>"

    def _in_full(self, text: str) -> str:
        name = _PREFIXED_NAME.fullmatch(text)
        if name is None or name["prefix"] not in self.prefixes:
            return text
        return self.prefixes[name["prefix"]] + name["rest"]

    def _literal(self, parameter: str, text: str) -> str:
        if parameter != "object":
            raise BadRequest(f"The parameter '{parameter}' is a literal, which can only be an object.")
        found = _LITERAL.fullmatch(text)
        if found is None:
            raise BadRequest(
                "The parameter 'object' begins as a literal and is none; write "
                '"text", "text"@language or "text"^^datatype.'
            )
        return literal_token(parameter, found["text"], found["language"] or "", self._datatype(found["datatype"]))

    def _datatype(self, text: str | None) -> str:
        if text is None:
            return ""
        iri = text[1:-1] if text[0] == "<" and text[-1] == ">" else self._in_full(text)
        if not is_iri(iri):
            raise BadRequest("The datatype of the literal in the parameter 'object' is not an absolute IRI.")
        return iri


def literal_token(parameter: str, text: str, language: str, datatype: str) -> str:
    """Return a literal as canonical N-Quads writes it; raise ``BadRequest`` for a text with NUL in it."""
    if "\0" in text:
        raise BadRequest(f"The parameter '{parameter}' holds the character NUL, which no literal here has.")
    token = str(Literal(text))
    if language:
        return f"{token}@{language.lower()}"
    return f"{token}^^<{datatype}>" if datatype not in ("", f"{XSD}string") else token
