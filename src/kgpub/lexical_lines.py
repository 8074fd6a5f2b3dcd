"""N-Quads lines on their way into the store: literals whose lexical form it would not keep get a datatype that it does.

Whole blocks of lines are searched for datatypes, since most lines have none: a million triples took 0.2 s of a build.
"""

from functools import lru_cache
from itertools import pairwise

from kgpub.lexical_forms import WRITTEN, XSD, LexicalForms, is_kept

_TYPED = b'"^^<' + XSD.encode()
_KEPT_AS_WRITTEN = b'"^^<' + WRITTEN.encode() + XSD.encode()
#: Terms are remembered, since the same years and numbers come again.
_TERMS_REMEMBERED = 1 << 16


class LexicalLines:
    """Changes blocks of lines, and remembers the predicates of what was changed."""

    def __init__(self) -> None:
        self._predicates: set[bytes] = set()
        self._has_triple_terms = False
        self._is_kept = lru_cache(_TERMS_REMEMBERED)(_is_kept)

    @property
    def forms(self) -> LexicalForms:
        """Return what was changed so far."""
        predicates = frozenset(predicate[1:-1].decode() for predicate in self._predicates)
        return LexicalForms(None) if self._has_triple_terms else LexicalForms() | LexicalForms(predicates)

    def as_kept(self, block: bytes) -> bytes:
        """Return whole lines as the store is to read them."""
        pieces = block.split(_TYPED)
        if len(pieces) == 1:
            return block
        made, read = [pieces[0]], len(pieces[0])
        for before, after in pairwise(pieces):
            is_kept = self._is_kept(_lexical_form(before), after[: after.find(b">")]) or _is_in_a_text(before)
            if not is_kept:
                self._note(block, read)
            made += (_TYPED if is_kept else _KEPT_AS_WRITTEN, after)
            read += len(_TYPED) + len(after)
        return b"".join(made)

    def _note(self, block: bytes, at: int) -> None:
        """Remember the predicate of the line in which something stands."""
        begin, end = block.rfind(b"\n", 0, at) + 1, block.find(b"\n", at)
        line = block[begin : end if end >= 0 else len(block)]
        self._has_triple_terms |= b"<<(" in line
        self._predicates.add(line.split(b" ", 2)[1])


def _is_kept(text: bytes, datatype: bytes) -> bool:
    return is_kept(text.decode(), XSD + datatype.decode())


def _lexical_form(before: bytes) -> bytes:
    """Return the text of the literal that ends here; with the escapes in it, no number's or date's."""
    quote = before.rfind(b'"')
    begins = before[quote - 1 : quote] == b" "  # and after a backslash it stands inside the literal
    return before[quote + 1 :] if begins else b"\\"


def _is_in_a_text(before: bytes) -> bool:
    """Tell whether the quotation mark that follows is escaped: a text tells of a typed literal."""
    return (len(before) - len(before.rstrip(b"\\"))) % 2 == 1
