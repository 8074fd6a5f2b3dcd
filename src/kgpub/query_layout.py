"""How a query is written down, apart from what it says."""

import re

#: White space of SPARQL; any other is a character of IRIs (SPARQL 1.1, rule WS).
_LAYOUT = re.compile(r"[ \t\r\n]+")
#: What begins a comment or a string, or stands in an IRI.
_HIDES_LAYOUT = re.compile(r"[\"'#]")
#: What keeps its white space, and comments: with the group a text is split into these and what stands between them.
_PIECES = re.compile(
    r"""
    ( <[^<>"{}|^`\x00-\x20]*>
    | \"{3}(?:\"{0,2}(?:[^\"\\]|\\.))*\"{3} | '{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
    | \"(?:[^\"\\\r\n]|\\.)*\" | '(?:[^'\\\r\n]|\\.)*'
    | \#[^\r\n]*
    )""",
    re.VERBOSE | re.DOTALL,
)
#: The layout of a longer query is left as it is.
_NORMALIZED_CHARACTERS = 8_192


def without_layout(text: str) -> str:
    """Return a query without what makes no difference: how widely its words are set apart, and its comments.

    Where a comment or a string may hold anything, a long text stays as it is, and one with an escape outside of them,
    which may stand for any character.
    """
    if not _HIDES_LAYOUT.search(text):
        return _LAYOUT.sub(" ", text).strip(" ")
    if len(text) > _NORMALIZED_CHARACTERS:
        return text
    pieces = _PIECES.split(text)
    if "\\" in text and any("\\" in piece for piece in pieces[::2]):
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
