"""The stored queries: each answers as a person who reads the inventory of the announcement expects.

What is expected stands in ``expected/<query>.txt``, with where it can be checked. A file holds tables; the line above a
table says what to compare: ``[rows]`` all rows, in their order; ``[rows in any order]``; ``[among the rows]``;
``[count by COLUMN]``. ``with PARAMETER = TERM`` puts another term in the place of the parameter's default. Columns that
a table leaves out are not compared. IRIs are shortened, ``-`` is an empty cell.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.plugins.sparql import prepareQuery

from kgpub.release import Release

ROOT = Path(__file__).parents[1]
BASE = "https://w3id.org/stca-kg/"
EXPECTED = ROOT / "tests" / "expected"
QUERIES = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "queries").glob("*.rq"))}
PREFIXES = {
    "dcterms:": "http://purl.org/dc/terms/",
    "eli:": "http://data.europa.eu/eli/ontology#",
    "schema:": "https://schema.org/",
    "semapv:": "https://w3id.org/semapv/vocab/",
    "skos:": "http://www.w3.org/2004/02/skos/core#",
}
KINDS = ("IRI", "string", "integer", "decimal", "boolean", "date")
WIKIDATA = "https://query.wikidata.org/sparql"
#: Nobody listens there: asking it fails at once and asks no one.
NOBODY = "http://127.0.0.1:9/sparql"
Row = tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """What is expected of one run of a query."""

    name: str
    compared: str
    columns: Row
    rows: list[Row] = field(repr=False)
    changed: tuple[str, str] | None = None


@dataclass(frozen=True)
class Answer:
    columns: Row
    rows: list[tuple[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None, ...]]

    def of(self, columns: Row) -> list[Row]:
        """The rows as texts, some columns of them."""
        places = [self.columns.index(column) for column in columns]
        return [tuple(short(row[place]) for place in places) for row in self.rows]


def short(term: object) -> str:
    value = str(getattr(term, "value", "-"))
    if not isinstance(term, ox.NamedNode):
        return value
    value = re.sub(rf"^{re.escape(BASE)}(id|voc|ontology|graph)/", "", value)
    for prefix, namespace in PREFIXES.items():
        value = value.replace(namespace, prefix)
    return value


def cells(line: str) -> Row:
    return tuple(cell.strip() for cell in line.split("|"))


def expected_tables() -> Iterator[Table]:
    for path in sorted(EXPECTED.glob("*.txt")):
        lines = [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]
        for block in re.split(r"(?m)^(?=\[)", "\n".join(lines))[1:]:
            title, header, *rows = block.splitlines()
            said = re.fullmatch(r"\[(.*?)(?: with (\w+) = (.+))?\]", title)
            assert said is not None, title
            changed = (said[2], said[3]) if said[2] else None
            yield Table(path.stem, said[1], cells(header), [cells(row) for row in rows], changed)


TABLES = list(expected_tables())


def values_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"VALUES \?{name} \{{ (\S+) \}}")


def with_term(text: str, name: str, term: str) -> str:
    """The query with another term in the place of a parameter's default."""
    changed, count = values_of(name).subn(lambda _: f"VALUES ?{name} {{ {term} }}", text)
    assert count == 1, name
    return changed


def ask(store: ox.Store, text: str) -> Answer:
    solutions = store.query(text.replace(WIKIDATA, NOBODY), base_iri=BASE)
    assert isinstance(solutions, ox.QuerySolutions)
    columns = tuple(variable.value for variable in solutions.variables)
    return Answer(columns, [tuple(solution) for solution in solutions])


def counted(table: Table, answer: Answer) -> None:
    column = (table.compared.removeprefix("count by "),)
    counts = Counter(row[0] for row in answer.of(column))
    assert counts == {name: int(number) for name, number in table.rows}


def in_order(table: Table, answer: Answer) -> None:
    assert answer.of(table.columns) == table.rows


def in_any_order(table: Table, answer: Answer) -> None:
    assert Counter(answer.of(table.columns)) == Counter(table.rows)


def among(table: Table, answer: Answer) -> None:
    assert Counter(table.rows) - Counter(answer.of(table.columns)) == Counter()


COMPARISONS: dict[str, Callable[[Table, Answer], None]] = {
    "rows": in_order,
    "rows in any order": in_any_order,
    "among the rows": among,
}


def described(table: Table) -> str:
    return " ".join([table.name, table.compared, *(table.changed or ())])


@pytest.mark.parametrize("table", TABLES, ids=described)
def test_a_query_answers_as_the_source_is_read(announcement: ox.Store, table: Table) -> None:
    text = QUERIES[table.name]
    if table.changed is not None:
        text = with_term(text, *table.changed)
    COMPARISONS.get(table.compared, counted)(table, ask(announcement, text))


def test_each_query_has_an_expectation_and_the_other_way_round() -> None:
    assert {table.name for table in TABLES} == set(QUERIES)


def test_one_expectation_names_every_claim_unit_by_unit() -> None:
    by_unit = [row for table in TABLES if table.name == "claims-of-a-sentence" for row in table.rows]
    assert len(by_unit) == len(set(by_unit)) == 76


# Headers ----------------------------------------------------------------------------------------


def header(text: str) -> list[tuple[str, str]]:
    """The keys and values at the head of a query; a line that goes on starts with a hash and two blanks."""
    lines = text.split("\n\n", 1)[0].replace("\n#  ", " ").splitlines()
    entries = [re.fullmatch(r"# ([a-z]+(?:@[a-z]+)?): (\S.*)", line) for line in lines]
    assert all(entries), lines
    return [(entry[1], re.sub(" +", " ", entry[2])) for entry in entries if entry]


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: str
    sentence: str


def parameters(text: str) -> list[Parameter]:
    found = [re.fullmatch(r"(\w+) \((\w+)\) (.+)", value) for key, value in header(text) if key == "param"]
    assert all(found)
    return [Parameter(*match.groups()) for match in found if match]


ALL_PARAMETERS = [(query, parameter) for query, text in QUERIES.items() for parameter in parameters(text)]


@pytest.mark.parametrize("query", QUERIES)
def test_a_header_has_title_and_description_in_two_languages(query: str) -> None:
    keys = Counter(key for key, _ in header(QUERIES[query]))
    assert [keys[key] for key in ("title", "title@fr", "description", "description@fr")] == [1, 1, 1, 1]
    assert set(keys) <= {"title", "title@fr", "description", "description@fr", "question", "param", "federated"}


def test_no_two_queries_have_one_title_and_french_is_not_english() -> None:
    titles = [value for text in QUERIES.values() for key, value in header(text) if key.startswith("title")]
    assert len(set(titles)) == len(titles) == 2 * len(QUERIES)


def test_all_thirty_competency_questions_are_asked() -> None:
    numbers = [value for text in QUERIES.values() for key, value in header(text) if key == "question"]
    assert {int(number) for value in numbers for number in value.split(",")} == set(range(1, 31))


def test_at_least_a_third_of_the_queries_can_be_asked_of_something_else() -> None:
    asked = {query for query, parameter in ALL_PARAMETERS if parameter.name != "language"}
    assert 3 * len(asked) >= len(QUERIES)


@pytest.mark.parametrize("query", QUERIES)
def test_the_name_of_a_query_is_in_kebab_case(query: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", query)


# Parameters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "parameter"), ALL_PARAMETERS)
def test_a_parameter_stands_once_with_a_default_of_its_kind(query: str, parameter: Parameter) -> None:
    (default,) = values_of(parameter.name).findall(QUERIES[query])
    assert QUERIES[query].count(f"VALUES ?{parameter.name} ") == 1
    assert parameter.kind in KINDS
    pattern = {"IRI": "<[^<>]+>|UNDEF", "string": '"[^"]*"|UNDEF'}.get(parameter.kind, ".*")
    assert re.fullmatch(pattern, default)


@pytest.mark.parametrize(("query", "parameter"), ALL_PARAMETERS)
def test_a_parameter_is_tried_with_another_term(query: str, parameter: Parameter) -> None:
    tried = {table.changed[0] for table in TABLES if table.name == query and table.changed}
    assert parameter.name in tried | {"language"}


IN_LANGUAGES = [query for query, parameter in ALL_PARAMETERS if parameter.name == "language"]


def is_text(column: str) -> bool:
    return column.lower().endswith("label") or column == "seen"


def languages(answer: Answer) -> set[str | None]:
    """The languages of the columns of labels; names that an authority gives have none."""
    places = [n for n, column in enumerate(answer.columns) if is_text(column)]
    terms = [row[place] for row in answer.rows for place in places]
    return {term.language for term in terms if isinstance(term, ox.Literal)} - {None}


def without_labels(answer: Answer) -> Counter[Row]:
    columns = tuple(column for column in answer.columns if not is_text(column))
    return Counter(answer.of(columns))


@pytest.mark.parametrize("query", IN_LANGUAGES)
def test_the_language_changes_the_labels_and_nothing_else(announcement: ox.Store, query: str) -> None:
    english = ask(announcement, QUERIES[query])
    french = ask(announcement, with_term(QUERIES[query], "language", '"fr"'))
    assert (languages(english), languages(french)) == ({"en"}, {"fr"})
    assert without_labels(english) == without_labels(french)


# Standard SPARQL --------------------------------------------------------------------------------


@pytest.mark.parametrize("query", QUERIES)
def test_a_second_engine_parses_the_query(query: str) -> None:
    prepareQuery(QUERIES[query], base=BASE)


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_orders_its_rows(query: str) -> None:
    one_row = query in ("coverage-of-units", "coverage-of-spans")
    assert ("\nORDER BY " in QUERIES[query]) is not one_row


@pytest.mark.parametrize("query", QUERIES)
def test_the_order_is_total(announcement: ox.Store, query: str) -> None:
    order = re.search(r"\nORDER BY (.*)", QUERIES[query])
    if order is None:
        return
    answer = ask(announcement, QUERIES[query])
    keys = re.findall(r"\?(\w+)", order[1])
    places = [answer.columns.index(key) for key in keys if key in answer.columns]
    ranks = {tuple(str(row[place]) for place in places) for row in answer.rows}
    assert len(ranks) == len(answer.rows)


def test_only_the_federated_query_asks_another_endpoint() -> None:
    asking = {query: text for query, text in QUERIES.items() if "SERVICE" in text}
    assert list(asking) == ["bodies-of-states"]
    (endpoint,) = [value for key, value in header(asking["bodies-of-states"]) if key == "federated"]
    assert f"SERVICE SILENT <{endpoint}>" in asking["bodies-of-states"]
    assert endpoint == WIKIDATA


# Answers that no inventory can hold -------------------------------------------------------------


def test_the_data_set_says_which_version_was_issued_when(announcement: ox.Store, announcement_release: Release) -> None:
    answer = ask(announcement, QUERIES["who-modelled-what"])
    manifest = announcement_release.manifest
    issued = [row for row in answer.of(("version", "issued")) if row != ("-", "-")]
    assert issued == [(manifest.id, manifest.publication.catalog.issued)]


# Checks that must be able to fail ---------------------------------------------------------------


def damaged(announcement: ox.Store, graph: str, turtle: str) -> ox.Store:
    """A copy of the data with something wrong added, as a release would hold it: in its graph and merged."""
    store = ox.Store()
    store.bulk_extend(announcement)
    prefixes = "@prefix cn: <ontology/> . @prefix id: <id/> . @prefix oa: <http://www.w3.org/ns/oa#> .\n"
    for to in (ox.NamedNode(f"{BASE}graph/{graph}"), ox.DefaultGraph()):
        store.load(prefixes + turtle, format=ox.RdfFormat.TURTLE, base_iri=BASE, to_graph=to)
    return store


def test_a_unit_that_is_forgotten_is_found(announcement: ox.Store) -> None:
    store = damaged(announcement, "source", "id:unit-s28 a cn:Unit .")
    assert ask(store, QUERIES["units-unaccounted-for"]).of(("unit",)) == [("unit-s28",)]
    assert ask(store, QUERIES["coverage-of-units"]).of(("units", "withNeither")) == [("35", "1")]


@pytest.mark.parametrize(
    ("turtle", "found"),
    [
        ("id:unit-s01 cn:yields [ cn:contentSpan id:span-99-101 ] .", ("span-99-101", "unit-s01", "leaves its unit")),
        ("id:unit-s01 cn:yields [ cn:cueSpan id:span-99-101 ] .", ("span-99-101", "unit-s01", "leaves its unit")),
        ("id:span-99-101 cn:inUnit id:unit-s01 .", ("span-99-101", "unit-s01", "leaves its unit")),
        ("id:span-1-2 a cn:SourceSpan ; oa:hasSelector id:x . id:x oa:start 1 ; oa:end 2 .",
         ("span-1-2", "-", "has no SHA-256")),
        ("id:span-2-1 a cn:SourceSpan ; oa:hasSelector id:x . id:x oa:start 2 ; oa:end 1 .",
         ("span-2-1", "-", "has no good offsets")),
        ("id:span-1 a cn:SourceSpan .", ("span-1", "-", "has no good offsets")),
    ],
)  # fmt: skip
def test_a_span_out_of_place_is_found(announcement: ox.Store, turtle: str, found: Row) -> None:
    store = damaged(announcement, "source", turtle)
    assert found in ask(store, QUERIES["spans-out-of-place"]).of(("span", "unit", "problem"))


def test_a_quoted_proposition_is_not_taken_for_a_position(announcement: ox.Store) -> None:
    """What stands in a quoted graph alone, without a position on it, is in no answer."""
    store = ox.Store()
    store.bulk_extend(announcement)
    event, kind, place = (ox.NamedNode(BASE + path) for path in ("id/e09", "voc/kind-Protest", "id/us"))
    sem = "http://semanticweb.cs.vu.nl/2009/11/sem/"
    nobodys = ox.NamedNode(f"{BASE}id/prop-nobodys")
    for predicate, value in (("eventType", kind), ("hasPlace", place)):
        store.add(ox.Quad(event, ox.NamedNode(sem + predicate), value, nobodys))
    columns = ("place", "kind", "positions")
    before = ask(announcement, QUERIES["events-by-place-and-kind"]).of(columns)
    assert ask(store, QUERIES["events-by-place-and-kind"]).of(columns) == before
