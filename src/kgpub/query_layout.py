"""How a query is written down, apart from what it says."""

import re
import sys
from collections.abc import Iterable

#: White space of SPARQL; any other is a character of IRIs (SPARQL 1.1, rule WS).
_LAYOUT = re.compile(r"[ \t\r\n]+")
#: What begins a comment or a string, or stands in an IRI.
_HIDES_LAYOUT = re.compile(r"[\"'#]")
#: What keeps its white space, and comments: with the group a text is split into these and what stands between them.
#: A string that is not closed is one to the text's end, so that a hostile text is passed over once.
_PIECES = re.compile(
    r"""
    ( <[^<>"{}|^`\x00-\x20]*>
    | \"{3}(?:\"{0,2}(?:[^\"\\]|\\.))*+\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*+'{3}
    | \"(?!\"\")(?:[^\"\\\r\n]|\\.)*+\" | '(?!'')(?:[^'\\\r\n]|\\.)*+'
    | [\"'].*
    | \#[^\r\n]*
    )""",
    re.VERBOSE | re.DOTALL,
)
#: After a sign of comparison no two slashes can stand.
_SURELY_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
#: The layout of a longer query is left as it is.
_NORMALIZED_CHARACTERS = 8_192
_CODEPOINT = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
#: What names are made of (SPARQL 1.1, rules PN_CHARS and PLX), with the marks between their parts.
_IN_NAME = re.compile(
    r"[-.:0-9A-Z_a-z\xB7\xC0-\xD6\xD8-\xF6\xF8-\u037D\u037F-\u1FFF\u200C\u200D\u203F\u2040\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF]"
)


def with_names_spelt_out(text: str) -> str:
    r"""Return a query whose names, variables and keywords have characters in place of codepoint escapes.

    ``:\u0070`` is ``:p`` (SPARQL 1.1, section 19.2). The engine (pyoxigraph 0.5.13) knows such escapes in IRIs and
    strings alone; there they are left to it. A long text stays as it is.
    """
    if ("\\u" not in text and "\\U" not in text) or len(text) > _NORMALIZED_CHARACTERS:
        return text
    pieces = _PIECES.split(text)
    pieces[::2] = [_CODEPOINT.sub(_character_in_name, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _character_in_name(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    character = chr(code) if code <= sys.maxunicode else ""
    return character if _IN_NAME.fullmatch(character) else escape[0]


def without_layout(text: str) -> str:
    """Return a query without what makes no difference: how widely its words are set apart, and its comments.

    Where a comment or a string may hold anything, a long text stays as it is, and so does one with an escape outside of
    them, which may stand for any character, or with what only looks like an IRI.
    """
    if not _HIDES_LAYOUT.search(text):
        return _LAYOUT.sub(" ", text).strip(" ")
    if len(text) > _NORMALIZED_CHARACTERS:
        return text
    pieces = _PIECES.split(text)
    if "\\" in text and any("\\" in piece for piece in pieces[::2]):
        return text
    if may_mislead((piece for piece in pieces[1::2] if piece.startswith("<")), text):
        return text
    words: list[str] = []
    is_apart = True  # nothing stands before the first word
    for at, piece in enumerate(pieces):
        is_kept = at % 2 == 1 and not piece.startswith("#")
        word = piece if is_kept else " " if at % 2 else _LAYOUT.sub(" ", piece)
        if word and not is_kept and is_apart:
            word = word.lstrip(" ")
        if word:
            words.append(word)
            is_apart = not is_kept and word.endswith(" ")
    return "".join(words).rstrip(" ") if is_apart else "".join(words)


def may_mislead(iris: Iterable[str], text: str) -> bool:
    """Tell whether what looks like IRIs of a text may hide where its strings and comments begin.

    ``?a<?b&&?c='>'`` holds ``<?b&&?c='>`` and no IRI; only a parser knows. What begins like ``<http://`` is one.
    """
    has_long_strings = "'''" in text or '"""' in text
    doubtful = (iri for iri in iris if not _SURELY_IRI.match(iri))
    return any("'" in iri or (has_long_strings and "#" in iri) for iri in doubtful)
