import pytest

from kgpub import statistics
from kgpub.statistics import count
from kgpub.vocabulary import TYPE

LINES = sorted([
    f"<a:s> <{TYPE}> <a:C> .",
    f"<a:s> <{TYPE}> _:c14n0 .",
    '<a:t> <a:p> "see _:b" .',
    '<a:t> <a:p> "x" .',
    '<a:u> <a:p> "x" .',
    '_:c14n0 <a:p> "x <a:C> ." .',
])  # fmt: skip


@pytest.mark.parametrize("at_once", [1, 10_000])
def test_triples_and_their_subjects_are_counted(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(statistics, "_TRIPLES_AT_ONCE", at_once)
    monkeypatch.setattr(statistics, "_SEQUENCES_AT_ONCE", at_once)
    found = count(LINES)
    assert (found.triples, found.subjects, found.resources) == (6, 4, 3)
    assert found.classes == {"a:C": 1}
    assert found.properties == {TYPE: 2, "a:p": 4}


def test_nothing_counts_nothing() -> None:
    nothing = count([])
    assert (nothing.triples, nothing.subjects, nothing.resources) == (0, 0, 0)
    assert (nothing.classes, nothing.properties) == ({}, {})
