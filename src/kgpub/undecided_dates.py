"""Leave open whether a date without a time zone is one that has it (XML Schema Part 2, section 3.2.7.4).

``"2006-08-23"^^xsd:date`` and ``"2006-08-23Z"^^xsd:date`` may be the same day or not, so ``=`` and ``!=`` are in error
(W3C test date-2). The engine (pyoxigraph 0.5.13) says so of ``<`` and ``>`` alone, and takes such dates for different.
"""

import re
from collections.abc import Mapping, Sequence

from kgpub.query_edits import Edit, edited
from kgpub.sparql_tokens import Token, iri_of, prefixes_in, tokens_of
from kgpub.vocabulary import XSD

_TYPES = tuple(f"<{XSD}{name}>" for name in ("date", "dateTime", "time"))
#: A comparison with a literal that has a datatype, as people write them.
_COMPARED = re.compile(r"=(?<![<>]=)(?:\s*+(?:\"[^\"\n]*+\"|'[^'\n]*+')\^\^|(?<=[\w>\s!]=)(?=\s*+[?$]))")
_BEFORE, _BEHIND = ("(", "&", "|", ","), (")", "&", "|", ",")


def with_open_dates(text: str) -> str:
    """Return a query in which a variable is compared with a date as ``<`` and ``>`` do it, if its value is a date."""
    if "^^" not in text or _COMPARED.search(text) is None:
        return text
    tokens = tokens_of(text)
    prefixes = prefixes_in(tokens)
    edits = (_edit_at(text, tokens, prefixes, at) for at in range(1, len(tokens) - 3))
    return edited(text, [edit for edit in edits if edit is not None])


def _edit_at(text: str, tokens: Sequence[Token], prefixes: Mapping[str, str], at: int) -> Edit | None:
    """Return what a comparison that begins at a token becomes, None of any other."""
    if tokens[at - 1].text not in _BEFORE or tokens[at].kind not in ("variable", "string"):
        return None
    middle = _end_of_operand(tokens, at)
    is_unequal = tokens[middle].text == "!"
    other = middle + 1 + is_unequal
    if other + 1 >= len(tokens) or tokens[other - 1].text != "=":
        return None
    end = _end_of_operand(tokens, other)
    kinds = {tokens[at].kind, tokens[other].kind}
    if kinds != {"variable", "string"} or end >= len(tokens) or tokens[end].text not in _BEHIND:
        return None
    datatype = tokens[(middle if tokens[at].kind == "string" else end) - 1]
    if iri_of(datatype, prefixes) not in _TYPES:
        return None
    variable = tokens[at if tokens[at].kind == "variable" else other].text
    one, two = text[tokens[at].start : tokens[middle - 1].end], text[tokens[other].start : tokens[end - 1].end]
    compared = f"{one}<{two}||{one}>{two}" if is_unequal else f"{one}<={two}&&{one}>={two}"
    whole = text[tokens[at].start : tokens[end - 1].end]
    is_alike = f"COALESCE(DATATYPE({variable})={datatype.text},false)"
    return Edit(tokens[at].start, tokens[end - 1].end, f"IF({is_alike},({compared}),({whole}))")


def _end_of_operand(tokens: Sequence[Token], at: int) -> int:
    """Return the token behind a variable, or behind a literal with its datatype."""
    is_typed = tokens[at].kind == "string" and at + 2 < len(tokens) and tokens[at + 1].text == "^^"
    return at + (3 if is_typed else 1)
