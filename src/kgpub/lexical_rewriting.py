"""Ask a store in which literals are kept as they were written: what a query says of values, and what of terms.

Where a query asks for the value of a variable, as ``FILTER(?price > 5)`` does, the value is asked for of what may be
kept under a datatype of ours. ``DATATYPE`` tells the real one. A literal that stands for itself, in a pattern or in
what a query gives, is written as the store keeps it. Where the store has no such literal that a query may meet, and the
query none itself, it is asked as it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from kgpub.lexical_forms import WRITTEN, LexicalForms, as_kept, is_kept
from kgpub.lexical_functions import GREATEST, LEAST, VALUE, VALUE_OF_X
from kgpub.query_edits import Edit, edited
from kgpub.sparql_tokens import Token, iri_of, prefixes_in, tokens_of
from kgpub.value_places import Places, places_in
from kgpub.vocabulary import RDF, TYPE, XSD

#: A number with a sign, an exponent, a fraction, a leading zero or many digits. It is looked for in every query, and so
#: begun with a set of characters, which the module ``re`` finds ten times as quickly as a choice.
_UNUSUAL_NUMBER = re.compile(
    r"[+.0-9-](?<![\w/:.#=%-][+.0-9-])(?:(?<=\+)\.?\d|(?<=\.)\d|(?<=0)\d|(?<=-)0"
    r"|(?<=[\d-])(?:\d*+\.?[eE][+-]?\d|\d*+\.\d|\d{14}))",
    re.ASCII,
)
_TYPED = re.compile(r"""(?:"([^"\\\n]*+)"|'([^'\\\n]*+)')\^\^(?:<[^<>#]*+#|[\w.-]*+:)(\w++)""")
#: What has expressions, in which values are asked for.
_CLAUSES = ("FILTER", "ORDER", "HAVING", "GROUP")
_NAMED = re.compile(r"AS\s*+[?$#]")
_PREFIX = re.compile(r"PREFIX\s++[\w.-]*+:\s*+<([^<>\s]*+)>", re.IGNORECASE)
#: In sight of these, tokens tell whether a predicate is meant: an IRI that a base completes, an escape, a path that
#: leaves properties out or may have no length; inside the braces a variable with a term on both sides, and a comment,
#: which may hide one.
_UNCERTAIN = re.compile(r"<(?![A-Za-z][\w+.-]*+:)[^<>\s]*+>|\\|!(?!=)|(?<=[^\s(*])\*|\?(?!\w)")
_BETWEEN_TERMS = re.compile(
    r"[^\s{}(.,=<!&*/+^]\s*+[?$][^\s?$<>{}()\[\]\"'.,;=!&|*/+^-]++\s*+"
    r"(?:[?$<\[(_:\d\"'+-]|[^\W\d][^\s?$<>{}()\[\]\"',;=!&|*/+^:]*+:|true\b|false\b)",
    re.IGNORECASE,
)
#: Properties that a query can mean without naming them: ``a``, and those of a collection, ``( 1 2 )``.
_UNNAMED = {f"<{iri}>" for iri in (TYPE, RDF + "first", RDF + "rest")}
_IRI = re.compile(r"<[^<>\s]*+>")
_ABSOLUTE = re.compile(r"<[A-Za-z][\w+.-]*+:")
#: More predicates are looked for token by token.
_MOST_AT_A_GLANCE = 50
#: In a longer query a function stands in their place: the engine takes the square of what stands in a chain of ``||``.
_MOST_VALUES_SPELLED_OUT = 50
_EXTREMES = {"MIN": LEAST, "MAX": GREATEST}
_DATATYPE = "IRI(REPLACE(STR(DATATYPE", f'),"^{WRITTEN}",""))'
_SHORT = {"integer": re.compile(r"[+-]?\d+"), "decimal": re.compile(r"[+-]?\d*\.\d+")}


class LexicalRewriting:
    """Rewrites queries for a store, by what it keeps as written."""

    def __init__(self, forms: LexicalForms) -> None:
        self.forms = forms
        self._names = None if forms.predicates is None else {f"<{predicate}>" for predicate in forms.predicates}
        self._has_unnamed = self._names is not None and not self._names.isdisjoint(_UNNAMED)

    def rewritten(self, text: str) -> str | None:
        """Return the query to ask instead, None where the query can be asked as it is.

        A text that is not valid SPARQL may get one too; that is as invalid.
        """
        has_expressions = bool(self.forms) and _has_expressions(text) and not self._is_elsewhere(text)
        if not has_expressions and not _may_have_unusual_literals(text):
            return None
        tokens = tokens_of(text)
        places = places_in(tokens)
        prefixes = prefixes_in(tokens)
        edits = list(_terms(tokens, places, prefixes))
        if edits or (has_expressions and self._may_meet(tokens, places, prefixes)):
            edits += _values(tokens, places)
        return edited(text, edits) if edits else None

    def _is_elsewhere(self, text: str) -> bool:
        """Tell at a glance that no variable of a query has a value that is kept as written.

        It takes 3 µs where tokens take 100 (a query of ten lines, measured with Python 3.11).
        """
        predicates = self.forms.predicates
        if (
            predicates is None
            or self._has_unnamed
            or len(predicates) > _MOST_AT_A_GLANCE
            or _UNCERTAIN.search(text) is not None
        ):
            return False
        namespaces, body = _PREFIX.findall(text), text[text.find("{") : text.rfind("}") + 1]
        if len(namespaces) < text.upper().count("PREFIX") or _BETWEEN_TERMS.search(body) is not None:
            return False
        if "#" in body and "#" in _IRI.sub("", body):
            return False
        starts = {"", *namespaces}
        ends = {one.removeprefix(start) for one in predicates for start in starts if one.startswith(start)}
        return not any(end in text for end in ends)

    def _may_meet(self, tokens: Sequence[Token], places: Places, prefixes: Mapping[str, str]) -> bool:
        """Tell whether a variable of a query may have a value that is kept as written."""
        if self._names is None or self._has_unnamed or places.is_open:
            return True
        iris = {iri_of(token, prefixes) for token in tokens if token.kind in ("iri", "name")}
        return not self._names.isdisjoint(iris) or any(_ABSOLUTE.match(iri) is None or "\\" in iri for iri in iris)


def _has_expressions(text: str) -> bool:
    upper = text.upper()  # looking for words is quicker than for a pattern
    return any(clause in upper for clause in _CLAUSES) or _NAMED.search(upper) is not None


def _may_have_unusual_literals(text: str) -> bool:
    """Tell whether a literal of a query may not be kept as it is; of those in long or escaped strings nobody knows."""
    if _UNUSUAL_NUMBER.search(text) is not None:
        return True
    if "^^" not in text:
        return False
    typed = _TYPED.findall(text)
    return text.count("^^") > len(typed) or not all(is_kept(one or other, XSD + name) for one, other, name in typed)


def _terms(tokens: Sequence[Token], places: Places, prefixes: Mapping[str, str]) -> Iterator[Edit]:
    """Yield the literals that the store would have otherwise."""
    for at in places.terms:
        literal, last = _literal(tokens, at, prefixes)
        if literal is not None and (kept := as_kept(literal)) != literal:
            yield Edit(tokens[at].start, tokens[last].end, str(kept))


def _values(tokens: Sequence[Token], places: Places) -> Iterator[Edit]:
    """Yield values in place of variables, and the real datatypes in place of those that the store has."""
    is_short = len(places.values) <= _MOST_VALUES_SPELLED_OUT
    for at in places.values:
        token = tokens[at]
        value = VALUE_OF_X.replace("?x", token.text) if is_short else f"{VALUE}({token.text})"
        yield Edit(token.start, token.end, value)
    before, after = _DATATYPE
    for first, last in places.datatypes:
        yield Edit(tokens[first].start, tokens[first].end, before)
        yield Edit(tokens[last].end, tokens[last].end, after)
    for first, last in {*places.calls, *places.extremes}:
        function = _EXTREMES.get(tokens[first].text.upper(), tokens[first].text)
        is_asked = (first, last) in places.calls
        yield Edit(tokens[first].start, tokens[first].end, f"{VALUE}({function}" if is_asked else function)
        yield Edit(tokens[last].end, tokens[last].end, ")" * is_asked)
        if function in _EXTREMES.values() and tokens[first + 2].is_word("DISTINCT"):
            yield Edit(tokens[first + 2].start, tokens[first + 2].end, "")


def _literal(tokens: Sequence[Token], at: int, prefixes: Mapping[str, str]) -> tuple[Literal | None, int]:
    """Return the number or the literal with a datatype that begins at a token, and its last token."""
    token = tokens[at]
    if token.kind == "number":
        datatype = next((name for name, form in _SHORT.items() if form.fullmatch(token.text)), "double")
        return Literal(token.text, datatype=NamedNode(XSD + datatype)), at
    if at + 2 >= len(tokens) or tokens[at + 1].text != "^^":
        return None, at
    try:
        (quad,) = parse(f"<x:> <x:> {token.text}^^{iri_of(tokens[at + 2], prefixes)} .", RdfFormat.TURTLE)
    except (SyntaxError, ValueError):  # a relative IRI, or no IRI at all
        return None, at
    return cast("Literal", quad.object), at + 2
