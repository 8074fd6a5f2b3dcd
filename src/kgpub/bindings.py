"""Bindings that restrict a fragment (brTPF): the parameter ``values``, written as what follows VALUES in SPARQL.

Hartig and Buil-Aranda, "Bindings-Restricted Triple Pattern Fragments", ODBASE 2016; SPARQL 1.1, section 10.2.
"""

from kgpub.errors import BadRequest
from kgpub.genids import Genids
from kgpub.iris import is_iri
from kgpub.pattern_terms import literal_token
from kgpub.patterns import Binding
from kgpub.query_values import unescaped
from kgpub.sparql_tokens import Token, tokens_of

#: Each costs two look-ups in every page's total.
BINDINGS_AT_MOST = 100
_CHARACTERS_AT_MOST = 65_536
_UNDEFINED = "UNDEF"


def bindings_of(text: str, genids: Genids) -> tuple[Binding, ...]:
    """Return the bindings of a text ``(?a ?b) { (<x> "y"@en) (UNDEF <z>) }``; raise ``BadRequest`` for any other."""
    if len(text) > _CHARACTERS_AT_MOST:
        raise BadRequest(f"The parameter 'values' is longer than {_CHARACTERS_AT_MOST} characters.")
    return _Reader(text, genids).bindings()


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, text: str, genids: Genids) -> None:
        self._tokens = tokens_of(text)
        self._genids = genids
        self._at = 0

    def bindings(self) -> tuple[Binding, ...]:
        names = self._names()
        self._expect("{")
        found: list[Binding] = []
        while not self._is_next("}"):
            found.append(self._binding(names))
            if len(found) > BINDINGS_AT_MOST:
                raise BadRequest(f"The parameter 'values' has more than {BINDINGS_AT_MOST} bindings.")
        self._expect("}")
        if self._at < len(self._tokens):
            raise _malformed()
        return tuple(found)

    def _names(self) -> list[str]:
        self._expect("(")
        names = []
        while not self._is_next(")"):
            token = self._take()
            if token.kind != "variable":
                raise _malformed()
            names.append(token.text[1:])
        self._expect(")")
        return names

    def _binding(self, names: list[str]) -> Binding:
        self._expect("(")
        terms = []
        while not self._is_next(")"):
            terms.append(self._term())
        self._expect(")")
        if len(terms) != len(names):
            raise _malformed()
        return {name: term for name, term in zip(names, terms, strict=True) if term}

    def _term(self) -> str:
        """Return the token of a term, empty for UNDEF."""
        token = self._take()
        if token.is_word(_UNDEFINED):
            return ""
        if token.kind == "iri":
            return self._genids.token(self._iri(token))
        if token.kind != "string":
            raise _malformed()
        language = datatype = ""
        if self._at < len(self._tokens) and self._tokens[self._at].kind == "language":
            language = self._take().text[1:]
        elif self._is_next("^^"):
            self._at += 1
            datatype = self._iri(self._take())
        return literal_token("values", unescaped(token.text), language, datatype)

    def _iri(self, token: Token) -> str:
        iri = token.text[1:-1]
        if token.kind != "iri" or not is_iri(iri):
            raise _malformed()
        return iri

    def _is_next(self, mark: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at].text == mark

    def _expect(self, mark: str) -> None:
        if self._take().text != mark:
            raise _malformed()

    def _take(self) -> Token:
        if self._at >= len(self._tokens):
            raise _malformed()
        self._at += 1
        return self._tokens[self._at - 1]


def _malformed() -> BadRequest:
    return BadRequest(
        "The parameter 'values' must be variables and rows of terms as SPARQL's VALUES has them: (?s) { (<iri>) }; "
        "terms are IRIs in full, literals in quotes, or UNDEF."
    )
