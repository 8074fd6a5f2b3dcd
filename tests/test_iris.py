import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgpub.iris import Base, has_xml_name, iri_from_uri, is_base, is_iri, last_segment, path_of, uri_of

BASE = Base("https://example.org/kg/")


def test_below_the_base_an_iri_has_a_local_name() -> None:
    assert BASE.holds("https://example.org/kg/id/x")
    assert not BASE.holds("https://example.org/")
    assert BASE.local("https://example.org/kg/id/x") == "id/x"


@pytest.mark.parametrize(("local", "iri"), [
    ("id/x", "https://example.org/kg/id/x"),
    ("", "https://example.org/kg/"),
    ("urn:x", "urn:x"),
    ("http://other.org/", "http://other.org/"),
])  # fmt: skip
def test_a_local_name_resolves_below_the_base_and_an_iri_stays(local: str, iri: str) -> None:
    assert BASE.resolve(local) == iri


@pytest.mark.parametrize(("path", "local"), [
    ("id/caf%C3%A9", "id/café"),
    ("id/café", "id/caf%C3%A9"),
    ("id/a%2Fb", "id/a%2Fb"),
    ("id/%7Eme", "id/~me"),
    ("id/a%20b", "id/a%20b"),
    ("id/%FF", "id/%FF"),
])  # fmt: skip
def test_a_path_may_mean_an_iri_in_each_of_its_spellings(path: str, local: str) -> None:
    candidates = BASE.candidates(path)
    assert candidates[0] == BASE.iri + path
    assert BASE.iri + local in candidates


@given(st.text(max_size=20))
def test_candidates_are_iris_each_once(path: str) -> None:
    candidates = BASE.candidates(path)
    assert len(set(candidates)) == len(candidates)
    assert all(is_iri(candidate) and BASE.holds(candidate) for candidate in candidates)


@pytest.mark.parametrize(
    "text", ["http://a/ b", "http://a/<", 'http://a/"', "http://a/\n", "a/b", "", "http://a/{b}", "1a:b"]
)
def test_what_cannot_be_an_iri_is_none(text: str) -> None:
    assert not is_iri(text)


@pytest.mark.parametrize(("text", "expected"), [
    ("http://localhost:8000/", True), ("https://example.org/a/é/", True), ("https://w3id.org/x/", True),
    ("http://a", False), ("http://a/b", False), ("http:///", False), ("ftp://a/", False), ("http://a/ /", False),
    ("http://a/?b=/", False), ("http://a/#b/", False), ("http://a/\n", False), ("http://a?/", False),
])  # fmt: skip
def test_a_base_is_the_http_iri_of_a_folder(text: str, expected: bool) -> None:  # noqa: FBT001 (a parameter)
    assert is_base(text) is expected


@given(st.text(st.characters(min_codepoint=0x80, exclude_categories=["Cs"]) | st.sampled_from("abc%/"), max_size=12))
def test_a_uri_gives_its_iri_back(local: str) -> None:
    assert iri_from_uri(uri_of(BASE.iri + local)) == iri_from_uri(BASE.iri + local)


@pytest.mark.parametrize(
    ("uri", "iri"), [("a%C3%A9%20", "aé%20"), ("a%C3", "a%C3"), ("%41%e2%82%ac", "%41€"), ("%", "%")]
)
def test_only_encoded_characters_beyond_ascii_are_decoded(uri: str, iri: str) -> None:
    assert iri_from_uri(uri) == iri


def test_a_path_keeps_what_is_encoded_and_encodes_what_ends_it() -> None:
    assert path_of("id/é?a=b#c%2F") == "id/%C3%A9%3Fa=b%23c%2F"


@pytest.mark.parametrize(("iri", "name"), [
    ("http://a/b#c", "c"), ("http://a/b/", "b"), ("urn:x:y", "y"), ("http://a/%C3%A9", "é"), ("http://a", "a"),
    ("#", "#"),
])  # fmt: skip
def test_the_last_segment_is_what_a_person_would_call_it(iri: str, name: str) -> None:
    assert last_segment(iri) == name


@pytest.mark.parametrize(
    ("iri", "expected"), [("http://a/b", True), ("http://a/1", False), ("http://a/b-1.2", True), ("a:", False)]
)
def test_rdf_xml_can_write_a_predicate_that_ends_in_a_name(iri: str, expected: bool) -> None:  # noqa: FBT001 (a parameter)
    assert has_xml_name(iri) is expected
