import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgpub.nquads import blank_nodes_in, iri_in, line_of, quads_of, split_line, triple_line

Node = ox.NamedNode | ox.BlankNode
TRAPS = [" <x> ", '"', "\\", "\n", "\r", "\t", "_:b", "<g> .", "\u2028", "\x85", "\x0b", " .", "<<( ", ")>>", "é", "😀"]


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


iris = (
    st.text(st.sampled_from([*"abc/#?%:;,.()'!~*@_", "\u2028", "é", "\ue000"]), max_size=8)
    .map("http://example.org/".__add__)
    .filter(_is_iri)
    .map(ox.NamedNode)
)
blanks = st.from_regex(r"[a-z][a-z0-9]{0,4}", fullmatch=True).map(ox.BlankNode)
texts = st.lists(st.sampled_from(TRAPS) | st.text(max_size=3), max_size=5).map("".join)
literals = st.one_of(
    texts.map(ox.Literal),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), texts, st.sampled_from(["en", "de-ch"])),
    st.builds(lambda text, datatype: ox.Literal(text, datatype=datatype), texts, iris),
)
nodes: st.SearchStrategy[Node] = iris | blanks
terms: st.SearchStrategy[Node | ox.Literal | ox.Triple] = st.recursive(
    nodes | literals, lambda objects: st.builds(ox.Triple, nodes, iris, objects), max_leaves=3
)
quads = st.builds(ox.Quad, nodes, iris, terms, nodes | st.just(ox.DefaultGraph()))


@given(quads)
def test_taking_a_line_apart_gives_the_terms_it_was_written_from(quad: ox.Quad) -> None:
    statement = split_line(line_of(quad))
    graph = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
    object_ = f"<<( {quad.object} )>>" if isinstance(quad.object, ox.Triple) else str(quad.object)
    assert statement == (str(quad.subject), str(quad.predicate), object_, graph)
    assert statement.graph_iri == (quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else "")


@given(quads)
def test_a_line_is_one_line_and_gives_the_quad_back(quad: ox.Quad) -> None:
    line = line_of(quad)
    assert "\n" not in line
    assert list(quads_of([line])) == [quad]
    assert list(quads_of([triple_line(split_line(line))])) == [ox.Quad(quad.subject, quad.predicate, quad.object)]


@given(quads)
def test_all_blank_nodes_of_a_statement_are_found(quad: ox.Quad) -> None:
    assert {str(node) for node in blank_nodes_in(quad)} == _blank_tokens(quad)


def _blank_tokens(statement: ox.Quad | ox.Triple) -> set[str]:
    inner = _blank_tokens(statement.object) if isinstance(statement.object, ox.Triple) else set()
    return inner | {str(t) for t in (statement.subject, statement.object) if isinstance(t, ox.BlankNode)}


@pytest.mark.parametrize("text", ["see _:b", "<http://a/>", "a <b> ", "a .", " _:b"])
@pytest.mark.parametrize("ending", ["", "@en", "^^<http://example.org/t>"])
def test_what_looks_like_a_graph_inside_a_literal_is_none(text: str, ending: str) -> None:
    assert split_line(f'<a:s> <a:p> "{text}"{ending} .') == ("<a:s>", "<a:p>", f'"{text}"{ending}', "")


@pytest.mark.parametrize(
    ("token", "iri"), [("<a:b>", "a:b"), ("_:b", None), ('"<a>"', None), ("<<( <a> <b> <c> )>>", None)]
)
def test_only_an_iri_has_an_iri_in_it(token: str, iri: str | None) -> None:
    assert iri_in(token) == iri
