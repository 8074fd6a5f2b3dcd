"""What stands in the full-text indexes beside words, where no word can be mistaken for it."""

#: In front of the first word of a name.
START = "^"
#: In front of the number of a class.
CLASS = "="
#: On the things that are linked most, as many as ``MOST_LINKED``.
BEST = "#"

#: A query that would compare too many entries looks among these things alone.
MOST_LINKED = 32_768

#: Beginnings of words of up to this many characters have an index of their own.
INDEXED_LETTERS = 4

#: Around the letters of a word in the index of spellings.
SPELLING_START, SPELLING_END = "^", "$"

LABEL, ALTERNATIVE, DESCRIPTION = range(3)

#: A name is compared by this many characters.
KEY_CHARACTERS = 200


def spelt(word: str) -> str:
    """Return a word as the index of spellings holds it."""
    return f"{SPELLING_START}{word}{SPELLING_END}"
