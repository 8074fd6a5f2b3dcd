"""Stored queries as files: what their comments say, what a value may do to them, and how a build takes them over."""

import socket
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kgpub.errors import NotDescribed, ParameterInvalid, SettingsInvalid, StoredQueryInvalid
from kgpub.iris import Base
from kgpub.query_values import Kind, Names
from kgpub.sparql_tokens import tokens_of, values_in, verb_of
from kgpub.stored_query import StoredQuery, find_query, read_queries, read_query
from projects import BASE, EX, SETTINGS, build_project, write_files

NAMES = Names(Base(BASE), {"ex": BASE + "id/"})
HEAD = (
    "# title: A title\n# title@fr: Un titre\n# description: What it answers,\n#   told on two lines.\n# question: 7\n"
)
THING = EX + "ex:a ex:name 'A'@en ."


def stored(folder: Path, text: str, name: str = "some-query") -> StoredQuery:
    return read_query(write_files(folder, {f"{name}.rq": text}) / f"{name}.rq")


def one_parameter(folder: Path, kind: str, default: str) -> StoredQuery:
    return stored(folder, f"{HEAD}# param: x ({kind}) A value.\n\nSELECT ?x {{ VALUES ?x {{ {default} }} }}\n")


def bound_value(query: StoredQuery, value: str | None) -> object:
    """What the engine reads in the place of the parameter, once a value is bound: the only solution there is."""
    results = Store().query(query.bind({"x": value}, NAMES), base_iri=BASE)
    assert isinstance(results, QuerySolutions)
    (solution,) = results
    return solution["x"]


# the header -----------------------------------------------------------------------------------------


def test_the_comments_say_what_the_query_is(tmp_path: Path) -> None:
    text = f"""{HEAD}# description@fr: Ce que dit la réponse.
# param: holder (IRI) Who holds it.
# param: language (string) The language.

PREFIX ex: <id/>
SELECT * {{ VALUES ?holder {{ ex:ccr }} VALUES $language {{ 'en'@en }} }}
"""
    query = stored(tmp_path, text)
    assert query.name == "some-query"
    assert query.titles == {"": "A title", "fr": "Un titre"}
    assert query.descriptions == {"": "What it answers, told on two lines.", "fr": "Ce que dit la réponse."}
    assert (query.question, query.form, query.federated) == ("7", "SELECT", "")
    holder, language = query.parameters
    assert (holder.name, holder.kind, holder.default) == ("holder", Kind.IRI, "id/ccr")
    assert (language.default, language.language, language.description) == ("en", "en", "The language.")


@pytest.mark.parametrize(("text", "expected"), [
    ("# title: T\n# descriptoin: D\nASK {}", r"line 2: unknown key 'descriptoin'; did you mean 'description'"),
    ("# description: D\nASK {}", r"line 1: the key 'title' is missing"),
    ("# title@fr: T\n# description: D\nASK {}", r"'title' is missing"),
    ("# title: T\n# title: T\n# description: D\nASK {}", r"line 2: 'title' is given twice"),
    ("# title: T\n# description:\nASK {}", r"line 2: 'description' has no value"),
    ("#   begins with nothing\nASK {}", r"line 1: expected '# key: value'"),
    ("# title: T\n# question@fr: 1\n# description: D\nASK {}", r"line 2: 'question' takes no language"),
    (f"{HEAD}# param: x (IRI)\nASK {{}}", r"line 6: write a parameter as"),
    (f"{HEAD}# param: x (iri) What.\nASK {{}}", r"the kinds are IRI, string, integer, decimal, boolean, date"),
    (f"{HEAD}# param: x (IRI) What.\nASK {{}}", r"line 6: 'VALUES \?x \{ term \}' must stand .* it is not"),
    (f"{HEAD}# param: x (IRI) X.\nASK {{ VALUES ?x {{ <a> }} VALUES ?x {{ <a> }} }}", r"it is 2 times there"),
    (f"{HEAD}# param: x (IRI) X.\n# VALUES ?x {{ <a> }}\nASK {{}}", r"line 7: expected"),
    (f"{HEAD}# param: x (IRI) X.\n\n# VALUES ?x {{ <a> }}\nASK {{ <b> <c> 'VALUES ?x {{ <a> }}' }}", r"is not there"),
    (f"{HEAD}# param: x (IRI) X.\nASK {{ VALUES ?x {{ <a> <b> }} }}", r"line 7: VALUES \?x must hold a single term"),
    (f"{HEAD}# param: x (IRI) X.\nASK {{ VALUES ?x {{ 'a' }} }}", r"the default of 'x' is of kind string, not IRI"),
    (f"{HEAD}# param: format (string) F.\nASK {{ VALUES ?format {{ 'a' }} }}", r"line 6: the parameter 'format' means"),
    (f"{HEAD}# param: x (IRI) X.\n# param: x (IRI) X.\nASK {{ VALUES ?x {{ <a> }} }}", r"line 7: .* declared twice"),
    (f"{HEAD}\nINSERT DATA {{ <a> <b> <c> }}", r"not an update"),
    (f"{HEAD}\nASK {{ SERVICE <http://e.org/> {{ ?s ?p ?o }} }}", r"uses SERVICE; add a line '# federated: '"),
    (f"{HEAD}# federated: http://e.org/\nASK {{}}", r"line 6: no SERVICE of the query names <http://e.org/>"),
    (f"{HEAD}# federated: nowhere\nASK {{}}", r"line 6: 'nowhere' is not the IRI of an endpoint"),
])  # fmt: skip
def test_what_is_wrong_is_named_with_its_line_and_what_to_do(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(StoredQueryInvalid, match=rf"some-query\.rq[,:] .*{expected}|some-query\.rq: {expected}"):
        stored(tmp_path, text)


def test_a_name_that_can_be_no_address_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoredQueryInvalid, match="hyphens"):
        stored(tmp_path, f"{HEAD}ASK {{}}", name="Some Query")


def test_what_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    write_files(tmp_path, {"q.rq": b"# title: \xff\n"})
    with pytest.raises(StoredQueryInvalid, match="UTF-8"):
        read_query(tmp_path / "q.rq")


def test_an_unknown_name_is_answered_with_those_like_it(tmp_path: Path) -> None:
    queries = {"who-speaks": stored(tmp_path, f"{HEAD}ASK {{}}", "who-speaks")}
    with pytest.raises(NotDescribed, match="did you mean who-speaks"):
        find_query(queries, "Who-Speak")


def test_folders_below_hold_no_stored_queries(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.rq": f"{HEAD}ASK {{}}", "parts/b.rq": "ASK {}", ".hidden.rq": "ASK {}"})
    assert list(read_queries(tmp_path)) == ["a"]


# tokens ---------------------------------------------------------------------------------------------


def test_words_in_strings_comments_and_iris_are_not_words_of_the_query() -> None:
    text = """# VALUES ?a { 1 }
    SELECT * { <http://e/VALUES#x> ?p "VALUES ?b { 1 }", '''VALUES ?c { "1" }''' . VALUES ?d { "}"@en } }"""
    assert [place.name for place in values_in(tokens_of(text))] == ["d"]
    (place,) = values_in(tokens_of(text))
    assert text[place.start : place.end] == '"}"@en'


@pytest.mark.parametrize(("text", "verb"), [
    ("SELECT * {}", "SELECT"), ("prefix select: <ask> construct where {}", "CONSTRUCT"), ("", ""),
    ("BASE <a>\n# ASK\nPREFIX : <delete>\nask {}", "ASK"), ("PREFIX a: <b> DELETE WHERE {}", "DELETE"),
])  # fmt: skip
def test_the_verb_is_the_first_word_behind_the_prologue(text: str, verb: str) -> None:
    assert verb_of(tokens_of(text)) == verb


# binding --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "default", "value", "term"), [
    ("IRI", "<id/a>", "id/b", NamedNode(BASE + "id/b")),
    ("IRI", "UNDEF", "ex:b", NamedNode(BASE + "id/b")),
    ("IRI", "<id/a>", "http://other.org/b", NamedNode("http://other.org/b")),
    ("IRI", "<id/a>", "id/é", NamedNode(BASE + "id/é")),
    ("string", "'a'", "b", Literal("b")),
    ("string", "'a'@fr", "b", Literal("b", language="fr")),
    ("string", '"""a "long" one"""', "two\nlines\t", Literal("two\nlines\t")),
    ("string", "'a'", "", Literal("")),
    ("string", "'a'", "UNDEF", Literal("UNDEF")),
    ("integer", "1", "-42", Literal(-42)),
    ("decimal", "1.5", "2", Literal("2", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))),
    ("boolean", "true", "false", Literal(value=False)),
    ("date", '"2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date>', "2026-11-22",
     Literal("2026-11-22", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date"))),
    ("IRI", "<id/a>", "UNDEF", None), ("integer", "1", None, None), ("string", "'a'", None, None),
])  # fmt: skip
def test_a_value_takes_the_place_of_the_default(
    tmp_path: Path, kind: str, default: str, value: str | None, term: object
) -> None:
    assert bound_value(one_parameter(tmp_path, kind, default), value) == term


def test_a_default_can_be_given_as_any_prefixed_literal(tmp_path: Path) -> None:
    text = f"""{HEAD}# param: x (date) A day.

PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?x {{ VALUES ?x {{ "2020-01-01"^^xsd:date }} }}"""
    query = stored(tmp_path, text)
    assert query.parameters[0].default == "2020-01-01"
    assert "2021-02-03" in str(bound_value(query, "2021-02-03"))


@pytest.mark.parametrize(("kind", "value"), [
    ("IRI", ""), ("IRI", "id/a b"), ("IRI", "id/a>"), ("IRI", "<id/a>"), ("IRI", "id/a\n"), ("IRI", "id/a\0"),
    ("IRI", "id/%zz"), ("IRI", 'id/"'), ("IRI", "id/\\u003e"), ("IRI", "http://[/"),
    ("string", "nul \0"), ("string", "bell \a"), ("string", "half a pair \ud800"),
    ("integer", ""), ("integer", "1.5"), ("integer", "\u0661"), ("integer", "1 }"), ("integer", "1" * 1001),
    ("decimal", "."), ("decimal", "1e5"), ("decimal", "NaN"), ("boolean", "yes"), ("boolean", "true }"),
    ("date", "2026-02-30"), ("date", "22.11.2026"), ("date", "2026-11-22T00:00:00"), ("date", "2026-11-22\n"),
])  # fmt: skip
def test_a_value_that_is_not_of_its_kind_is_refused(tmp_path: Path, kind: str, value: str) -> None:
    with pytest.raises(ParameterInvalid, match="parameter 'x'"):
        one_parameter(tmp_path, kind, "UNDEF").bind({"x": value}, NAMES)


def test_an_unknown_parameter_is_refused_with_the_list_of_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ParameterInvalid, match="no parameter 'y'; its parameters are x"):
        one_parameter(tmp_path, "IRI", "UNDEF").bind({"y": "1"}, NAMES)


HOSTILE = ['"', '" } #', "\\", '\\"', "\\u0022 } INSERT", "\\\\u0022", "\\U00000022", "'''", '"""',
           "} UNION { ?s ?p ?o",
           "\n# x", "\r\n}", "<a>", "?x", "$x", "{", "\u2028", "\U0001f600", "@en", "^^<a>", "\\\\\\u0022"]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_no_text_ends_its_own_literal(tmp_path: Path, value: str) -> None:
    assert bound_value(one_parameter(tmp_path, "string", "'a'"), value) == Literal(value)


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))))
def test_any_text_comes_back_as_it_was(value: str) -> None:
    text = "SELECT ?x { VALUES ?x { 'a' } }"
    (place,) = values_in(tokens_of(text))
    from kgpub.query_values import term_of  # noqa: PLC0415 (next to its only use)

    term = term_of("x", Kind.STRING, value, "", NAMES)
    results = Store().query(text[: place.start] + term + text[place.end :])
    assert isinstance(results, QuerySolutions)
    assert [solution["x"] for solution in results] == [Literal(value)]


def test_an_engine_that_decodes_code_points_first_is_not_misled_either(tmp_path: Path) -> None:
    """SPARQL 1.1, section 19.2: an engine may decode every \\u of the whole text before it parses anything."""
    text = one_parameter(tmp_path, "string", "'a'").bind({"x": "\\u0022 } # \\U00000022"}, NAMES)
    decoded = text.encode("latin-1").replace(b"\\u0075", b"u").replace(b"\\u0055", b"U").decode()
    results = Store().query(decoded)
    assert isinstance(results, QuerySolutions)
    (solution,) = results
    assert solution["x"] == Literal("\\u0022 } # \\U00000022")


def test_only_the_term_changes(tmp_path: Path) -> None:
    query = one_parameter(tmp_path, "IRI", "<id/a>")
    before, _, after = query.text.partition("<id/a>")
    assert query.bind({"x": "id/b"}, NAMES) == f"{before}<{BASE}id/b>{after}"
    assert query.bind({}, NAMES) == query.text


# the build ------------------------------------------------------------------------------------------


def test_a_release_holds_each_query_with_its_base(tmp_path: Path) -> None:
    query = f"{HEAD}# param: x (IRI) X.\n\n# Note.\nSELECT ?n {{ VALUES ?x {{ <a> }} ?x <name> ?n }}\n"
    release = build_project(
        tmp_path, {"data/a.ttl": THING, "queries/q.rq": query, "queries/parts/p.rq": "ASK {}"}
    ).release
    assert [path.name for path in release.queries.iterdir()] == ["q.rq"]
    text = (release.queries / "q.rq").read_text("utf-8")
    assert text == query.replace("# Note.", f"BASE <{BASE}>\n# Note.")
    copied = read_query(release.queries / "q.rq")
    results = Store.read_only(str(release.store)).query(copied.bind({"x": "a"}, NAMES))  # no base IRI is given here
    assert [str(solution["n"]) for solution in results] == ['"A"@en']  # type: ignore[union-attr]  # solutions


def test_a_project_without_queries_has_no_folder_of_them(tmp_path: Path) -> None:
    assert not build_project(tmp_path, {"data/a.ttl": THING}).release.queries.exists()


@pytest.mark.parametrize(("query", "expected"), [
    (f"{HEAD}\nSELECT * {{ ?s ?p }}", r"queries/q\.rq: this is not valid SPARQL: 7:"),
    (f"{HEAD}\nSELECT * {{ ?s missing:p ?o }}", r"not valid SPARQL: .*Prefix not found"),
    ("# title: T\nASK {}", r"queries/q\.rq, line 1: the key 'description' is missing"),
    (f"{HEAD}\nASK {{}} #{'x' * 300_000}", r"longer than the 256 KiB"),
])  # fmt: skip
def test_a_build_stops_at_a_file_that_is_no_query(tmp_path: Path, query: str, expected: str) -> None:
    with pytest.raises(StoredQueryInvalid, match=expected):
        build_project(tmp_path, {"data/a.ttl": THING, "queries/q.rq": query})
    assert list((tmp_path / "releases").glob("2*")) == []


def test_coverage_names_queries_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="'coverage' names 'missing'"):
        build_project(tmp_path, {"data/a.ttl": THING}, SETTINGS + 'coverage = ["missing"]\n')


@pytest.mark.parametrize("form", ["ASK", "SELECT *"])
@pytest.mark.parametrize("service", ["SERVICE <{}>", "service silent <{}>"])
def test_a_build_asks_no_endpoint(tmp_path: Path, form: str, service: str) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        asked = threading.Event()

        def accept() -> None:
            listener.accept()[0].close()
            asked.set()

        thread = threading.Thread(target=accept)
        thread.start()
        query = f"{HEAD}# federated: {endpoint}\n\n{form} {{ {service.format(endpoint)} {{ ?s ?p ?o }} }}"
        release = build_project(tmp_path, {"data/a.ttl": THING, "queries/q.rq": query}).release
        assert not asked.wait(0.2)
        assert read_query(release.queries / "q.rq").federated == endpoint
        socket.create_connection(listener.getsockname()).close()  # so that the thread ends
        thread.join()


def test_another_query_makes_another_release(tmp_path: Path) -> None:
    files = {"data/a.ttl": THING, "queries/q.rq": f"{HEAD}ASK {{}}"}
    first = build_project(tmp_path, files).release.manifest.id
    second = build_project(tmp_path, files | {"queries/q.rq": f"{HEAD}ASK {{ ?s ?p ?o }}"}).release.manifest.id
    assert first != second
