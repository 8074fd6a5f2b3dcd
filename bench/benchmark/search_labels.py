"""Many labels as a large library has them, and what people ask of them."""

import random
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import accumulate

from benchmark.graph import zipf
from kgpub.vocabulary import RDFS, SKOS, TYPE

BASE = "https://bench.example/"
_SEED = 20_261_122
_SYLLABLES = ("a", "al", "an", "ba", "ber", "chi", "cor", "da", "den", "el", "en", "er", "fi", "gra", "hel", "i", "in",
              "is", "jo", "kar", "la", "lum", "ma", "mo", "ne", "o", "on", "or", "pa", "que", "ra", "ri", "ro", "sa",
              "sol", "ta", "ter", "ti", "u", "ur", "ver", "wil", "yor", "zel", "é", "ö", "ñ")  # fmt: skip
_KANJI = "東京都庁大学図書館日本語研究所国立公園中央市民文化会歴史博物美術音楽"
_CLASSES = 40
_NEVER_TOGETHER = ("leftward", "rightward")


class Labels:
    """Things with labels: the same for the same number of labels on every machine."""

    def __init__(self, things: int, vocabulary: int = 300_000) -> None:
        self.things = things
        self._vocabulary = vocabulary

    @cached_property
    def words(self) -> list[str]:
        """Return the vocabulary, the commonest first."""
        chance = random.Random(_SEED)
        found: dict[str, None] = {}
        while len(found) < self._vocabulary:
            found["".join(chance.choices(_SYLLABLES, k=chance.choice((1, 2, 2, 3, 3, 3, 4, 5))))] = None
        return [*found]

    @cached_property
    def labels(self) -> list[str]:
        """Return one label for each thing."""
        chance = random.Random(_SEED + 1)
        weights = list(accumulate(1 / rank for rank in range(1, len(self.words) + 1)))
        return [self._label(chance, weights, number) for number in range(self.things)]

    def _label(self, chance: random.Random, weights: list[float], number: int) -> str:
        kind = chance.random()
        if kind < 0.03:
            return "".join(chance.choices(_KANJI, k=chance.randint(3, 8)))
        words = chance.choices(self.words, cum_weights=weights, k=chance.choice((1, 2, 2, 3, 3, 4, 5, 7)))
        if kind < 0.28:
            words.insert(len(words) // 2, _NEVER_TOGETHER[number % 2])
        if kind > 0.97:
            words.insert(0, f"ENSG{number:011}")
        return " ".join(words).capitalize()

    def lines(self) -> Iterator[str]:
        """Yield the graph as sorted N-Quads lines: a label each, some alternatives and descriptions, types, links."""
        chance = random.Random(_SEED + 2)
        for number, label in enumerate(self.labels):
            subject = f"<{self.iri(number)}>"
            facts = [f"<{TYPE}> <{BASE}Class{zipf(chance, _CLASSES)}>", f'<{RDFS}label> "{label}"@en']
            if number % 5 == 0:
                facts.append(f'<{SKOS}altLabel> "{chance.choice(self.labels)[:40]}"@fr')
            if number % 10 == 0:
                facts.append(f'<{RDFS}comment> "{" ".join(chance.choices(self.labels, k=5))}."@en')
            links = {zipf(chance, self.things) * 7_919 % self.things for _ in range(3)}
            facts += [f"<{BASE}links> <{self.iri(target)}>" for target in links]
            yield from sorted(f"{subject} {fact} .\n" for fact in facts)

    def iri(self, number: int) -> str:
        """Return the IRI of a thing; IRIs sort as their numbers do."""
        return f"{BASE}id/e{number:09}"


class Questions:
    """What people ask, by kind: as many different ones as are wanted."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._chance = random.Random(_SEED + 3)

    def by_kind(self, number: int) -> dict[str, list[str]]:
        """Return *number* questions of each kind."""
        ask: dict[str, Callable[[], str]] = {
            "a whole label": self._whole,
            "a label in capitals": lambda: self._whole().upper(),
            "a rare word": lambda: self._word(1_000, 100_000),
            "a common word": lambda: self._word(0, 20),
            "two common words": lambda: f"{self._word(0, 20)} {self._word(0, 20)}",
            "three words of one label": lambda: " ".join(self._whole().split()[-3:]),
            "a rare and a common word": lambda: f"{self._word(1_000, 100_000)} {self._word(0, 5)}",
            "two words never together": lambda: " ".join(_NEVER_TOGETHER),
            "one letter": lambda: self._word(0, 1_000)[:1],
            "two letters": lambda: self._word(0, 5_000)[:2],
            "three letters": lambda: self._word(0, 5_000)[:3],
            "five letters": lambda: self._long()[:5],
            "a word and two letters": lambda: f"{self._word(0, 100)} {self._word(0, 1_000)[:2]}",
            "the beginning of identifiers": lambda: f"ensg00000{self._chance.randint(0, 99):02}",
            "a misspelt word": lambda: self._misspelt(self._long()),
            "a label with two mistakes": lambda: " ".join(map(self._misspelt, self._whole().split()[-2:])),
            "part of a text without blanks": lambda: "".join(self._chance.choices(_KANJI, k=2)),
            "nothing like any label": lambda: " ".join(self._noise() for _ in range(3)),
            "the ten commonest words": lambda: " ".join(self._chance.sample(self._labels.words[:12], 10)),
            "ten single letters": lambda: " ".join(self._chance.sample("abcdefghijklmnoprstuvwyz", 10)),
            "1,000 characters": lambda: " ".join(self._chance.choices(self._labels.words[:3000], k=300))[:1_000],
        }
        return {kind: [one() for _ in range(number)] for kind, one in ask.items()}

    def _whole(self) -> str:
        return self._chance.choice(self._labels.labels)

    def _word(self, commonest: int, rarest: int) -> str:
        return self._labels.words[self._chance.randrange(commonest, min(rarest, len(self._labels.words)))]

    def _long(self) -> str:
        while len(word := self._word(0, 50_000)) < 6:
            pass
        return word

    def _misspelt(self, word: str) -> str:
        at = self._chance.randrange(len(word))
        return word[:at] + self._chance.choice("abcdefghijklmnopqrstuvwxyz") + word[at + self._chance.randint(0, 1) :]

    def _noise(self) -> str:
        return "".join(self._chance.choices("bcdfghjklmnpqrstvwxz", k=7))
