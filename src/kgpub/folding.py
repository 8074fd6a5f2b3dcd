"""Texts as search compares them: without case, diacritics and compatibility forms, in words.

A build folds what it indexes and a server what it is asked, both by the same rules. Case and compatibility go as the
Unicode Standard says for caseless matching (section 3.13, D146); diacritics go from alphabets where readers leave them
out (Latin, Greek, Cyrillic, Hebrew, Arabic), not where they are letters of their own (Devanagari, Thai, Japanese).
"""

import re
import unicodedata

#: Longer words are cut: what is longer is a number or a digest that nobody writes out.
WORD_CHARACTERS = 40

_DROPPED = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\U000e0000-\U000e0fff]"
)
#: Letters that have no decomposition and that people write as others.
_WRITTEN_AS = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
    "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}", "\N{ARABIC LETTER FARSI YEH}": "\N{ARABIC LETTER YEH}",
    "\N{ARABIC LETTER KEHEH}": "\N{ARABIC LETTER KAF}", "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
})  # fmt: skip
#: Scripts that are written without blanks between words.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_SYMBOLS = "\u20a0-\u20cf\u2190-\u2bff\U0001f000-\U0001faff"
#: Where combining marks stand that are part of words.
_WITH_MARKS = (range(0x0900, 0x1C00), range(0x1CD0, 0x1D00), range(0xA800, 0xAC00), range(0x11000, 0x12000))
_MARKS = "".join(chr(code) for codes in _WITH_MARKS for code in codes if unicodedata.category(chr(code))[0] == "M")
_ASCII_WORD = re.compile("[a-z0-9]+")
_WORD = re.compile(f"([{_UNSPACED}]+)|[{_SYMBOLS}]|[^\\W_{_UNSPACED}](?:[^\\W_{_UNSPACED}]|[{_MARKS}])*")


def fold(text: str) -> str:
    """Return a text as it is compared: folded, with single blanks."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = _DROPPED.sub("", unicodedata.normalize("NFKD", text).casefold())
    if not folded.isascii():
        folded = _DROPPED.sub("", unicodedata.normalize("NFKD", folded)).translate(_WRITTEN_AS)
        folded = unicodedata.normalize("NFC", folded)
    return " ".join(folded.split())


def words_in(folded: str, *, is_query: bool = False) -> list[str]:
    """Return the words of a folded text, in their order.

    Where a script has no blanks between words, each two neighbouring characters are a word, and the last one alone: so
    any part of a text is found by its pairs, and a single character as the beginning of a pair. A query needs the last
    one alone only where it is the only one.
    """
    if folded.isascii():
        words = _ASCII_WORD.findall(folded)
        return words if len(folded) <= WORD_CHARACTERS else [word[:WORD_CHARACTERS] for word in words]
    words = []
    for found in _WORD.finditer(folded):
        run = found[1]
        if run is None:
            words.append(found[0][:WORD_CHARACTERS])
        else:
            words += [run[at : at + 2] for at in range(len(run) - (is_query and len(run) > 1))]
    return words


def is_unspaced(word: str) -> bool:
    """Tell whether a word is of a script without blanks between words: a pair of characters or the last one."""
    return _IS_UNSPACED.match(word) is not None


_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
