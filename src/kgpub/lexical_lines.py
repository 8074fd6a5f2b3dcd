"""N-Quads lines on their way into the store: literals whose lexical form it would not keep get a datatype that it does.

Whole blocks of lines are searched for datatypes, and most have only forms that the store keeps: 1 % of a build's time.
"""

from itertools import pairwise

from kgpub.lexical_forms import WRITTEN, LexicalForms, is_kept
from kgpub.vocabulary import XSD

_TYPED = b'"^^<' + XSD.encode()
_KEPT_AS_WRITTEN = b'"^^<' + WRITTEN.encode() + XSD.encode()
#: Forms are remembered with their datatypes, since the same years and numbers come again.
_FORMS_REMEMBERED = 1 << 17


class LexicalLines:
    """Changes blocks of lines, and remembers the predicates of what was changed."""

    def __init__(self) -> None:
        self._predicates: set[bytes] = set()
        self._has_triple_terms = False
        self._kept: set[tuple[bytes, bytes]] = set()

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
        if len(self._kept) > _FORMS_REMEMBERED:
            self._kept.clear()
        # Before an opening quotation mark stands a blank, before one inside a literal a backslash.
        forms = [piece[piece.rfind(b' "') + 2 :] for piece in pieces[:-1]]
        terms = [*zip(forms, [piece[: piece.find(b">")] for piece in pieces[1:]], strict=True)]
        if not self._are_new_ones_kept({*terms} - self._kept):
            return self._changed(block, pieces, terms)
        return block

    def _are_new_ones_kept(self, terms: set[tuple[bytes, bytes]]) -> bool:
        """Tell whether the store keeps all of these, which were not met before, and remember those that it keeps."""
        kept = {(form, name) for form, name in terms if is_kept(_text(form), XSD + _text(name))}
        self._kept |= kept
        return len(kept) == len(terms)

    def _changed(self, block: bytes, pieces: list[bytes], terms: list[tuple[bytes, bytes]]) -> bytes:
        made, read = [pieces[0]], len(pieces[0])
        for (before, after), term in zip(pairwise(pieces), terms, strict=True):
            is_written = term not in self._kept and not _is_in_a_text(before)
            if is_written:
                self._note(block, read)
            made += (_KEPT_AS_WRITTEN if is_written else _TYPED, after)
            read += len(_TYPED) + len(after)
        return b"".join(made)

    def _note(self, block: bytes, at: int) -> None:
        """Remember the predicate of the line in which something stands."""
        begin, end = block.rfind(b"\n", 0, at) + 1, block.find(b"\n", at)
        line = block[begin : end if end >= 0 else len(block)]
        self._has_triple_terms |= b"<<(" in line
        self._predicates.add(line.split(b" ", 2)[1])


def _text(piece: bytes) -> str:
    return piece.decode(errors="replace")  # of a text that only looks like a datatype, a character may be cut


def _is_in_a_text(before: bytes) -> bool:
    """Tell whether the quotation mark that follows is escaped: a text tells of a typed literal."""
    return (len(before) - len(before.rstrip(b"\\"))) % 2 == 1
