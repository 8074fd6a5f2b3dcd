"""Search: what is found, in which order, how many there are."""

from pathlib import Path

import pytest

from kgpub.errors import ReleaseMissing
from kgpub.search import Search
from kgpub.search_query import Match
from searching import names_of, search_of, thing

MONTREAL = [
    *thing("exact", "Montréal", links=1),
    *thing("folded", "MONTREAL", links=5),
    *thing("other", "alt:Montréal", "Mount Royal City", links=3),
    *thing("start", "Montréal Island", links=9),
    *thing("begun", "Montrealers", links=20),
    *thing("words", "Port of Montréal", links=30),
    *thing("noted", "A city", "note:It lies near Montréal.", links=90),
    *thing("unrelated", "Toronto", links=99),
]


@pytest.fixture(scope="module")
def montreal(tmp_path_factory: pytest.TempPathFactory) -> Search:
    return search_of(tmp_path_factory.mktemp("montreal"), MONTREAL)


def test_what_is_exact_comes_before_what_is_folded_begun_contained_and_described(montreal: Search) -> None:
    found = montreal.find("Montréal")
    assert names_of(found) == ["other", "exact", "folded", "start", "begun", "words", "noted"]
    assert [hit.match for hit in found.hits] == [
        Match.EXACT, Match.EXACT, Match.FOLDED, Match.START, Match.START, Match.WORDS, Match.NOTES,
    ]  # fmt: skip
    assert (found.total, found.is_total_exact) == (7, True)


def test_a_score_of_100_is_a_label_letter_for_letter(montreal: Search) -> None:
    scores = {hit.iri: hit.score for hit in montreal.find("Montréal").hits}
    assert scores["a:exact"] == 100
    assert 100 > scores["a:other"] > scores["a:folded"] > scores["a:start"] > scores["a:words"] > scores["a:noted"] > 0


def test_a_misspelt_word_finds_the_nearest_and_says_what_it_was_taken_for(montreal: Search) -> None:
    found = montreal.find("Monrteal")
    assert {hit.match for hit in found.hits} == {Match.SPELLING}
    assert found.corrections == ("montreal",)
    assert names_of(found)[:2] == ["folded", "other"]


def test_the_text_that_matched_comes_with_the_label(montreal: Search) -> None:
    (other, *_) = montreal.find("Montréal").hits
    assert (other.label.text, other.matched.text, other.degree) == ("Mount Royal City", "Montréal", 3)


def test_things_are_filtered_by_any_of_some_classes_and_counted_by_class(tmp_path: Path) -> None:
    lines = [
        *thing("1", "red fox", types=["Animal"], links=3),
        *thing("2", "red fox", types=["Animal", "Film"], links=2),
        *thing("3", "red wine", types=["Drink"], links=1),
    ]
    search = search_of(tmp_path, lines)
    found = search.find("red")
    assert found.type_counts == (("a:Animal", 2), ("a:Drink", 1), ("a:Film", 1))
    assert names_of(search.find("red", types=["a:Film", "a:Drink"])) == ["2", "3"]
    assert names_of(search.find("red fox", types=["a:Film"])) == ["2"]
    assert search.find("red", types=["a:Nothing"]).total == 0
    assert [hit.iri for hit in search.suggest("r", types=["a:Film"])] == ["a:2"]


def test_an_index_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReleaseMissing, match="run `kgpub build` again"):
        Search(tmp_path / "search.sqlite")
