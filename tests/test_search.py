"""Search: what is found, in which order, how many there are."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgpub.errors import ReleaseMissing
from kgpub.search import Search
from kgpub.search_candidates import FOUND_AT_MOST
from kgpub.search_marks import MOST_LINKED, unpacked
from kgpub.search_query import Match
from kgpub.search_words import distance
from searching import index_of, lines_of, names_of, search_of, thing

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
LANGUAGES = lines_of({
    "tokyo": ["東京都庁@ja", "Tokyo City Hall@en"],
    "kyoto": ["京都大学@ja"],
    "thai": ["ประเทศไทย@th"],
    "arabic": ["القُدْس@ar"],
    "hebrew": ["ירושלים@he"],
    "russian": ["Ёлки@ru"],
    "greek": ["Ελλάς@el"],
    "german": ["Große Straße@de"],
    "turkish": ["\u0130zmir@tr"],
    "polish": ["Łódź@pl"],
    "hindi": ["हिन्दी भाषा@hi"],
    "korean": ["서울특별시@ko"],
    "emoji": ["Maple 🍁"],
    "symbols": ["C++"],
    "letter": ["C"],
})  # fmt: skip


@pytest.fixture(scope="module")
def montreal(tmp_path_factory: pytest.TempPathFactory) -> Search:
    return search_of(tmp_path_factory.mktemp("montreal"), MONTREAL)


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Search:
    return search_of(tmp_path_factory.mktemp("languages"), LANGUAGES)


def test_what_is_exact_comes_before_what_is_folded_begun_contained_and_described(montreal: Search) -> None:
    found = montreal.find("Montréal")
    assert names_of(found) == ["other", "exact", "folded", "start", "begun", "words", "noted"]
    assert [hit.match for hit in found.hits] == [
        Match.EXACT, Match.EXACT, Match.FOLDED, Match.START, Match.START, Match.WORDS, Match.NOTES,
    ]  # fmt: skip
    assert (found.total, found.is_total_exact) == (7, True)


def test_of_what_is_as_exact_the_most_linked_comes_first(tmp_path: Path) -> None:
    lines = [line for links in (2, 9, 4) for line in thing(f"{links}", f"Red {links}", links=links)]
    assert names_of(search_of(tmp_path, lines).find("red")) == ["9", "4", "2"]


def test_a_score_of_100_is_a_label_letter_for_letter(montreal: Search) -> None:
    scores = {hit.iri: hit.score for hit in montreal.find("Montréal").hits}
    assert scores["a:exact"] == 100
    assert 100 > scores["a:other"] > scores["a:folded"] > scores["a:start"] > scores["a:words"] > scores["a:noted"] > 0


@pytest.mark.parametrize(
    ("asked", "first", "correction"),
    [
        ("Monrteal", "folded", "montreal"),
        ("Montral", "folded", "montreal"),
        ("Mnotreal", "folded", "montreal"),
        ("Torotno", "unrelated", "toronto"),
        ("montreall iland", "start", "montreal island"),
    ],
)
def test_a_misspelt_word_finds_the_nearest_and_says_what_it_was_taken_for(
    montreal: Search, asked: str, first: str, correction: str
) -> None:
    found = montreal.find(asked)
    assert names_of(found)[0] == first
    assert {hit.match for hit in found.hits} == {Match.SPELLING}
    assert found.corrections[0] == correction


def test_a_word_that_is_rare_by_mistake_does_not_hide_the_right_one(tmp_path: Path) -> None:
    right = [line for number in range(9) for line in thing(f"{number}", f"Government of Canada {number}")]
    search = search_of(tmp_path, [*right, *thing("wrong", "A goverment")])
    found = search.find("goverment of canada")
    assert found.corrections == ("government of canada",)
    assert found.total == 9


def test_of_many_words_as_many_as_there_are_together_are_found(montreal: Search) -> None:
    found = montreal.find("Port of Montréal Harbour Authority")
    assert names_of(found) == ["words"]
    assert found.hits[0].match is Match.SOME
    assert found.hits[0].score < 60


def test_words_are_found_in_names_and_description_together(montreal: Search) -> None:
    assert names_of(montreal.find("city near")) == ["noted"]


def test_the_text_that_matched_comes_with_the_label(montreal: Search) -> None:
    (other, *_) = montreal.find("Montréal").hits
    assert (other.label.text, other.matched.text, other.degree) == ("Mount Royal City", "Montréal", 3)


@pytest.mark.parametrize(
    ("asked", "name", "match"),
    [
        ("東京都庁", "tokyo", Match.EXACT),
        ("都庁", "tokyo", Match.WORDS),
        ("東", "tokyo", Match.START),
        ("庁", "tokyo", Match.WORDS),
        ("京都大", "kyoto", Match.START),
        ("tokyo hall", "tokyo", Match.START),
        ("ไทย", "thai", Match.WORDS),
        ("القدس", "arabic", Match.FOLDED),
        ("ירושלים", "hebrew", Match.EXACT),
        ("елки", "russian", Match.FOLDED),
        ("ΕΛΛΑΣ", "greek", Match.FOLDED),
        ("grosse strasse", "german", Match.FOLDED),
        ("izmir", "turkish", Match.FOLDED),
        ("lodz", "polish", Match.FOLDED),
        ("हिन्दी", "hindi", Match.START),
        ("서울", "korean", Match.START),
        ("🍁", "emoji", Match.WORDS),
        ("C++", "symbols", Match.EXACT),
        ("c++", "symbols", Match.FOLDED),
        ("C", "letter", Match.EXACT),
    ],
)
def test_every_script_is_searched(languages: Search, asked: str, name: str, match: Match) -> None:
    hit = languages.find(asked).hits[0]
    assert (hit.iri, hit.match) == (f"a:{name}", match)


def test_a_character_inside_a_text_without_blanks_is_no_beginning(languages: Search) -> None:
    assert "tokyo" in names_of(languages.find("京都"))
    assert languages.find("庁京").total == 0


def test_the_label_is_the_one_that_matched_or_of_the_language_that_is_wanted(languages: Search) -> None:
    assert languages.find("都庁").hits[0].label.text == "東京都庁"
    assert languages.find("都庁", language="en").hits[0].label.text == "Tokyo City Hall"
    assert languages.find("tokyo", language="ja-JP").hits[0].label.text == "東京都庁"
    assert languages.find("tokyo", language="fr").hits[0].label.text == "Tokyo City Hall"


def test_of_two_labels_that_match_alike_the_one_in_the_language_of_the_site_is_shown(tmp_path: Path) -> None:
    path = index_of(tmp_path, thing("a", "CCR : premier@fr", "CCR: first@en")) / "search.sqlite"
    assert [Search(path, language).find("ccr").hits[0].label.language for language in ("en", "fr")] == ["en", "fr"]


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


def test_a_beginning_suggests_names_and_no_descriptions(montreal: Search) -> None:
    assert [hit.iri for hit in montreal.suggest("mon", limit=3)] == ["a:begun", "a:start", "a:folded"]
    assert [hit.iri for hit in montreal.suggest("near")] == []
    assert [hit.iri for hit in montreal.suggest("torotno")] == ["a:unrelated"]


@pytest.mark.parametrize("asked", ["item", "it", "item ev"])
def test_common_words_and_beginnings_are_counted_up_to_a_limit_and_paged(many: Search, asked: str) -> None:
    found = many.find(asked, limit=30, offset=FOUND_AT_MOST - 10)
    assert (found.total, found.is_total_exact, len(found.hits)) == (FOUND_AT_MOST, False, 10)
    assert dict(found.type_counts)["a:Item"] == FOUND_AT_MOST
    assert many.find(asked, offset=FOUND_AT_MOST).hits == ()


def test_of_identifiers_that_begin_alike_many_are_found_and_it_is_said_that_there_are_more(many: Search) -> None:
    found = many.find("item0", limit=FOUND_AT_MOST)
    assert found.total > 100
    assert found.is_total_exact is False
    assert all("item0" in hit.matched.text for hit in found.hits)
    assert (many.find("item0700").total, many.find("item0700").is_total_exact) == (10, True)


def test_pages_together_hold_each_thing_once(many: Search) -> None:
    pages = [names_of(many.find("item", limit=100, offset=offset)) for offset in range(0, FOUND_AT_MOST, 100)]
    together = [name for page in pages for name in page]
    assert len(together) == len(set(together)) == FOUND_AT_MOST


def test_words_that_are_common_apart_and_rare_together_are_found_wherever_they_are(many: Search) -> None:
    found = many.find("even odd")
    assert names_of(found) == ["both", "last"]
    assert found.is_total_exact is True
    assert many.find("odd last").total == 1


def test_where_there_are_no_bitmaps_they_are_found_among_the_best_linked(
    many: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As among many millions of things; an index so large would take minutes to write."""
    monkeypatch.setattr(many._finder._bitmaps, "_firsts", {})  # noqa: SLF001 (nothing else tells it)
    monkeypatch.setattr("kgpub.search_entries._ENTRIES_WALKED", 50_000)
    found = many.find("even odd")
    assert names_of(found) == ["both"]
    assert found.is_total_exact is False


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("even seventh", (" even", " seventh")),
        ("item odd seventh", (" odd", " seventh")),
        ("seventh ev", (" seventh", " ev")),
        ("even item01", (" even", " item01")),
        ("odd even", (" even", " odd")),
    ],
)
@pytest.mark.parametrize("types", [[], ["a:Rare"]])
def test_bitmaps_find_the_things_whose_names_have_all_words(
    many: Search, asked: str, words: tuple[str, ...], types: list[str]
) -> None:
    numbers = range(0, MANY, 1_000 if types else 1)
    wanted = {f"{number}" for number in numbers if all(word in f" {many_label(number)}" for word in words)}
    hits = many.find(asked, types=types, limit=FOUND_AT_MOST).hits
    found = {hit.iri.removeprefix("a:") for hit in hits if hit.match <= Match.WORDS} - {"both", "last"}
    assert found <= wanted
    assert len(found) >= min(len(wanted), FOUND_AT_MOST - 2) or asked.endswith("item01")


def test_common_words_first_words_classes_and_beginnings_have_bitmaps(many: Search) -> None:
    database = many._database  # noqa: SLF001 (what the build wrote)
    common = dict(database.execute("SELECT expression, first FROM common WHERE indexed = 'names'").fetchall())
    assert {'"item"', '"odd"', '"^item"', '"=1"', '"se" *', '"^i" *'} <= common.keys()
    assert not any("#" in expression for expression in common)
    (bits,) = database.execute("SELECT bits FROM bitmap WHERE id = ?", (common['"seventh"'],)).fetchone()
    assert int.from_bytes(unpacked(bits), "little").bit_count() == len(range(0, MANY, 7))


def test_words_that_are_common_apart_and_rare_together_are_found_with_a_class(many: Search) -> None:
    found = many.find("even seventh", types=["a:Item"])
    assert found.hits
    assert found.is_total_exact is False


def test_a_class_is_a_filter_of_common_and_of_rare_words(many: Search) -> None:
    assert {hit.types for hit in many.find("item", types=["a:Rare"], limit=100).hits} == {("a:Item", "a:Rare")}
    assert names_of(many.find("item07000", types=["a:Rare"])) == ["7000"]
    assert many.find("item07001", types=["a:Rare"]).total == 0


MANY = MOST_LINKED * 2


def many_label(number: int) -> str:
    return f"item item{number:05} {'odd' if number % 2 else 'even'}{' seventh' if number % 7 == 0 else ''}"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Search:
    """More things than those that are linked most, with words that all of them, half of them and few have."""
    lines = []
    for number in range(MANY):
        types = ["Item", "Rare"] if number % 1_000 == 0 else ["Item"]
        lines += thing(f"{number}", many_label(number), types=types)
    lines += thing("last", "last even odd")
    lines += thing("both", "even and odd", links=3)
    return search_of(tmp_path_factory.mktemp("many"), lines)


@given(st.text(max_size=200))
def test_any_text_is_answered(montreal: Search, text: str) -> None:
    found = montreal.find(text)
    assert found.total >= len(found.hits)
    montreal.suggest(text, types=["a:C"])


@pytest.mark.parametrize(
    "text",
    ['"', "'", "*", "^", "a*", '"a', "a AND", "NEAR(a b)", "a NOT b", "words:a", "{words}: a", "- a", "+", "(", "\x00",
     "a\x00b", "\ud800", "\udfff\ud800x", "\u202e\u0627", "%", "_", "a" * 10_000, "é " * 5_000, "\U0010ffff", "=1", "#",
     "^a =1 #", "\u0301", "\u200d", "👩‍👩‍👧", "--; DROP TABLE thing", " OR ".join("abcdefghij")],
    ids=lambda text: ascii(text)[:12],
)  # fmt: skip
def test_text_that_means_something_elsewhere_is_answered(montreal: Search, text: str) -> None:
    for asked in (text, f"Montréal {text}", f"{text} Montréal"):
        montreal.find(asked)
        montreal.find(asked, types=["a:C"])
        montreal.suggest(asked)


def test_marks_of_the_index_are_not_found_as_words(many: Search) -> None:
    for text in ("=1", "#", "^item"):
        assert all(text not in hit.matched.text for hit in many.find(text).hits)
    assert many.find("#").total == 0


@pytest.mark.parametrize(
    ("word", "other", "mistakes"),
    [("a", "a", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "xbcd", 2), ("", "ab", 2)],
)
def test_mistakes_are_counted(word: str, other: str, mistakes: int) -> None:
    assert distance(word, other) == distance(other, word) == mistakes


@given(st.text("abc", max_size=9), st.text("abc", max_size=9))
def test_mistakes_are_those_of_the_table_of_distances(word: str, other: str) -> None:
    """The table of optimal string alignment, cell by cell, is what the bits stand for."""
    table = [[row + column if not row or not column else 0 for column in range(len(other) + 1)]
             for row in range(len(word) + 1)]  # fmt: skip
    for row, letter in enumerate(word, 1):
        for column, its in enumerate(other, 1):
            ways = [
                table[row - 1][column] + 1,
                table[row][column - 1] + 1,
                table[row - 1][column - 1] + (letter != its),
            ]
            if row > 1 and column > 1 and letter == other[column - 2] and word[row - 2] == its:
                ways.append(table[row - 2][column - 2] + 1)
            table[row][column] = min(ways)
    assert distance(word, other) == table[-1][-1]


def test_several_threads_search_at_once(montreal: Search) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.extend(montreal.find("Montréal").total for _ in range(50)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [7] * 200


def test_an_index_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReleaseMissing, match="run `kgpub build` again"):
        Search(tmp_path / "search.sqlite")
