"""How close the texts of a thing are to what was asked: which one matched, and a score."""

from collections.abc import Sequence
from typing import NamedTuple

from kgpub.folding import fold
from kgpub.label import Label
from kgpub.search_marks import DESCRIPTION, LABEL
from kgpub.search_query import Asked, Match
from kgpub.search_words import similarity, trigrams

#: Characters that are compared for likeness: a longer query is no name.
_CHARACTERS_COMPARED = 120
#: Scores by how a thing was found: of a text that has nothing more in common with the query, and of one that has all.
_SCORES = {
    Match.EXACT: (90.0, 95.0),
    Match.FOLDED: (90.0, 95.0),
    Match.START: (50.0, 90.0),
    Match.WORDS: (40.0, 80.0),
    Match.NOTES: (10.0, 30.0),
    Match.SPELLING: (0.0, 85.0),
    Match.SOME: (0.0, 60.0),
}


class Said(NamedTuple):
    """A text of a thing: a label, an alternative label or a description."""

    sort: int
    label: Label


class Closeness:
    """Compares texts with one query; *corrected* is that without the mistakes it seems to have."""

    def __init__(self, asked: Asked, corrected: Asked | None) -> None:
        self._asked = asked
        self._corrected = corrected or asked
        self._trigrams = trigrams(asked.key[:_CHARACTERS_COMPARED])

    def best(self, texts: Sequence[Said], match: Match) -> tuple[Said, float]:
        """Return the text that matched, and its score: 100 is a label letter for letter."""
        asked = self._corrected if match is Match.SPELLING else self._asked
        folded = [fold(text.label.text) for text in texts]
        ranks = [_rank(asked, text, its) for text, its in zip(texts, folded, strict=True)]
        at = ranks.index(max(ranks))
        return texts[at], self._score(texts[at], folded[at], match)

    def _score(self, text: Said, folded: str, match: Match) -> float:
        if text.sort != DESCRIPTION and folded == self._asked.key:
            is_exact, is_label = text.label.text.strip() == self._asked.text, text.sort == LABEL
            return (100.0 if is_exact else 95.0) - (0.0 if is_label else 2.0)
        least, most = _SCORES[Match.NOTES if text.sort == DESCRIPTION else match]
        alike = similarity(self._trigrams, trigrams(folded[:_CHARACTERS_COMPARED]))
        return round(least + (most - least) * alike, 1)


def _rank(asked: Asked, text: Said, folded: str) -> tuple[bool, bool, bool, int]:
    """Return what is the greater the closer a text is."""
    words = sum(word in folded for word in asked.words)
    if text.sort == DESCRIPTION:
        return False, False, False, words
    return text.label.text == asked.text, folded == asked.key, folded.startswith(asked.key), words
