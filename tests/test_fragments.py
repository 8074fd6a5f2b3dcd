"""Triple and Quad Pattern Fragments over HTTP, against their specifications and a look at every quad."""

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import html5lib
import pytest
from flask.testing import FlaskClient
from rdflib import BNode, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, VOID
from rdflib.term import Node
from werkzeug.test import TestResponse

from kgpub.formats import HTML, Format
from kgpub.release import Release
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.site import Site
from kgpub.web.app import create_app
from kgpub.web.fragments import _QUAD_FORMATS, _TRIPLE_FORMATS
from projects import BASE, EX, build_project, serve_ad_hoc

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
DEFAULT_GRAPH = "urn:ldf:defaultGraph"
SETTINGS = f'[publication]\nbase_iri = "{BASE}"\nunion_default_graph = true\nquoted_graphs = ["id/prop-*"]\n'
HERE = "http://localhost"
QUOTED = f"{BASE}id/prop-one"
ELSEWHERE = "http://other.example/graph"
#: Terms that have to be escaped somewhere on their way.
TURTLE = """
ex:a ex:p ex:b, "plain", "hi"@en-CA, "he said \\"hi\\"", "back\\\\slash", "two\\nlines", 007, ex:é ;
  ex:p <http://e/x?a=1&b=2#c> ;
  ex:q [ ex:r "in a blank node" ] .
ex:é ex:p ex:a .
"""
NAMED = f"""
<{QUOTED}> {{ <{BASE}a> <{BASE}says> "quoted" . }}
<{ELSEWHERE}> {{ <{BASE}a> <{BASE}p> <{BASE}b> , "elsewhere" . }}
"""
MANY = "\n".join(f"ex:many ex:item ex:i{number:03} ." for number in range(250))

Quad = tuple[Node, Node, Node, str]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    folder = tmp_path_factory.mktemp("fragments")
    files = {"data/things.ttl": EX + TURTLE + MANY, "data/named.trig": NAMED}
    return build_project(folder, files, SETTINGS).release


@pytest.fixture(scope="module")
def small(release: Release) -> Site:
    """A site without query workers: fragments have to do without them."""
    return open_site(release, QuerySettings(), "/nowhere")


@pytest.fixture(scope="module")
def fragments(small: Site) -> FlaskClient:
    return create_app(small).test_client()


def address_of(path: str = "/fragments", **terms: str) -> str:
    return f"{path}?{urlencode(terms)}" if terms else path


def get(client: FlaskClient, path: str = "/fragments", accept: str = "application/trig", **terms: str) -> TestResponse:
    response = client.get(address_of(path, **terms), headers={"Accept": accept})
    assert response.status_code == 200, response.data
    return response


def read(response: TestResponse) -> tuple[Dataset, URIRef]:
    """Return the quads of a page and the name of the graph of its controls, as a client finds it."""
    dataset = Dataset()
    dataset.parse(data=response.data, format=response.mimetype, publicID=HERE)
    (controls,) = {s for s, p, o, g in dataset.quads((None, FOAF.primaryTopic, None, None)) if g == s}
    assert isinstance(controls, URIRef)
    return dataset, controls


def data_and_controls(response: TestResponse) -> tuple[set[Quad], Graph]:
    """Return what a page holds, and what it says about itself."""
    dataset, name = read(response)
    default = str(dataset.default_graph.identifier)
    quads = {
        (s, p, o, "" if str(g) == default or g is None else str(g))
        for s, p, o, g in dataset.quads((None, None, None, None))
        if g != name
    }
    controls = Graph()
    for triple in dataset.graph(name):
        controls.add(triple)
    return quads, controls


def every_page(client: FlaskClient, path: str, **terms: str) -> tuple[set[Quad], list[int]]:
    """Follow the links from page to page; return all quads, and how many there were on each page."""
    found: set[Quad] = set()
    sizes = []
    address: str | None = address_of(path, **terms)
    while address:
        response = client.get(address, headers={"Accept": "application/n-quads"})
        quads, controls = data_and_controls(response)
        assert not found & quads
        found |= quads
        sizes.append(len(quads))
        following = list(controls.objects(URIRef(HERE + address), HYDRA.next))
        address = str(following[0]).removeprefix(HERE) if following else None
    return found, sizes


def all_quads(site: Site) -> set[Quad]:
    """Return every quad of a release from its index, read by rdflib."""
    run = site.quads.matching({})
    token = site.genids.iri_token
    lines = [
        " ".join((token(s), p, token(o), token(g))).rstrip() + " ." for s, p, o, g in site.quads.slice(run, 0, run.size)
    ]
    dataset = Dataset()
    dataset.parse(data="\n".join(lines), format="nquads")
    default = str(dataset.default_graph.identifier)
    return {(s, p, o, "" if str(g) == default else str(g)) for s, p, o, g in dataset.quads((None, None, None, None))}


def explicit(term: Node) -> str:
    """Return a term in Hydra's explicit representation."""
    if not isinstance(term, Literal):
        return str(term)
    ending = f"@{term.language}" if term.language else f"^^{term.datatype}" if term.datatype else ""
    return f'"{term}"{ending}'


# --- Triple Pattern Fragments: data ----------------------------------------------------------------------


def test_a_fragment_holds_the_asserted_triples_that_match(
    fragments: FlaskClient, small: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rdflib.NORMALIZE_LITERALS", False)
    asserted = {(s, p, o, "") for s, p, o, g in all_quads(small) if g != QUOTED}
    assert len(asserted) > 300
    assert every_page(fragments, "/fragments")[0] == asserted
    for s, p, o, _ in [quad for quad in sorted(asserted) if str(quad[0]).startswith((f"{BASE}a", f"{BASE}.well"))]:
        for terms in ({"subject": s}, {"predicate": p}, {"object": o}, {"subject": s, "object": o},
                      {"predicate": p, "object": o}, {"subject": s, "predicate": p, "object": o}):  # fmt: skip
            wanted = {name: explicit(term) for name, term in terms.items()}
            places = {"subject": 0, "predicate": 1, "object": 2}
            expected = {q for q in asserted if all(q[places[name]] == term for name, term in terms.items())}
            assert every_page(fragments, "/fragments", **wanted)[0] == expected, wanted


def test_quoted_graphs_are_no_part_of_the_triples(fragments: FlaskClient) -> None:
    assert every_page(fragments, "/fragments", predicate=f"{BASE}says")[0] == set()


def test_a_triple_of_two_graphs_is_one(fragments: FlaskClient) -> None:
    quads, _ = data_and_controls(get(fragments, subject=f"{BASE}a", object=f"{BASE}b"))
    assert len(quads) == 1


def test_literals_keep_the_form_of_the_sources(fragments: FlaskClient) -> None:
    response = get(fragments, accept="application/n-quads", object='"007"^^http://www.w3.org/2001/XMLSchema#integer')
    assert b'"007"^^' in response.data


def test_blank_nodes_have_iris_that_can_be_asked_again(fragments: FlaskClient) -> None:
    quads, _ = data_and_controls(get(fragments, subject=f"{BASE}a", predicate=f"{BASE}q"))
    ((_, _, node, _),) = quads
    assert isinstance(node, URIRef)
    assert "/.well-known/genid/" in node
    again, _ = data_and_controls(get(fragments, subject=str(node)))
    assert [(p, o) for _, p, o, _ in again] == [(URIRef(f"{BASE}r"), Literal("in a blank node"))]
    before, _ = data_and_controls(get(fragments, object=str(node)))
    assert [s for s, _, _, _ in before] == [URIRef(f"{BASE}a")]


def test_a_blank_node_s_iri_leads_to_what_is_said_of_it(fragments: FlaskClient, small: Site) -> None:
    node = f"{small.genids.folder_iri}c14n0"
    response = fragments.get(f"/{node.removeprefix(BASE)}")
    assert (response.status_code, response.headers["Location"]) == (303, f"/fragments?subject={quote(node, safe='')}")
    assert len(data_and_controls(get(fragments, response.headers["Location"]))[0]) == 1
    for name in ("c14n999", "nobody", "%C3%A9", "x" * 100):
        absent = fragments.get(f"/{small.genids.folder_iri.removeprefix(BASE)}{name}")
        assert (absent.status_code, "Location" in absent.headers) == (404, False), name
    other = fragments.get("/.well-known/genid/2020-01-01-000000000000/c14n0")
    assert other.status_code == 404
    assert "2020-01-01-000000000000" in json.loads(other.data)["detail"]


# --- metadata and controls -------------------------------------------------------------------------------


def test_the_controls_are_in_a_graph_of_their_own(fragments: FlaskClient) -> None:
    for accept in ("application/trig", "application/n-quads", "application/ld+json"):
        response = get(fragments, accept=accept, predicate=f"{BASE}p")
        dataset, name = read(response)
        assert {g for _, p, _, g in dataset.quads((None, HYDRA.search, None, None))} == {name}
        # What a client does: of what is the page a part, and which graph is about that?
        page = URIRef(HERE + address_of(predicate=f"{BASE}p"))
        (topic,) = {s for s, _, o, _ in dataset.quads((None, VOID.subset, None, None)) if o == page}
        assert list(dataset.graph(name).subjects(FOAF.primaryTopic, topic)) == [name]


def test_syntaxes_of_triples_hold_the_controls_beside_the_data(fragments: FlaskClient) -> None:
    graphs = []
    for accept in ("text/turtle", "application/n-triples", "application/rdf+xml"):
        response = get(fragments, accept=accept, predicate=f"{BASE}p")
        graphs.append(set(Graph().parse(data=response.data, format=response.mimetype)))
    assert graphs[0] == graphs[1] == graphs[2]
    quads, controls = data_and_controls(get(fragments, predicate=f"{BASE}p"))
    assert graphs[0] == {quad[:3] for quad in quads} | set(controls)


def test_the_form_says_how_any_other_fragment_is_asked_for(fragments: FlaskClient) -> None:
    for path, names in (("/fragments", ("subject", "predicate", "object")),
                        ("/fragments/quads", ("subject", "predicate", "object", "graph"))):  # fmt: skip
        _, controls = data_and_controls(get(fragments, path, subject=f"{BASE}a"))
        dataset = URIRef(f"{HERE}{path}#dataset")
        (form,) = controls.objects(dataset, HYDRA.search)
        assert (form, RDF.type, HYDRA.IriTemplate) in controls
        assert controls.value(form, HYDRA.variableRepresentation) == HYDRA.ExplicitRepresentation
        assert controls.value(form, HYDRA.template) == Literal(f"{HERE}{path}{{?{','.join(names)}}}")
        mappings = {
            str(controls.value(mapping, HYDRA.variable)): controls.value(mapping, HYDRA.property)
            for mapping in controls.objects(form, HYDRA.mapping)
        }
        properties = {name: RDF[name] for name in names[:3]} | ({"graph": SD.graph} if "graph" in names else {})
        assert mappings == properties
        assert (controls.value(dataset, SD.defaultGraph) == URIRef(DEFAULT_GRAPH)) == ("graph" in names)


def test_a_fragment_tells_its_total_once_and_exactly(fragments: FlaskClient, small: Site) -> None:
    for terms, total in (({"predicate": f"{BASE}item"}, 250), ({"object": f"{BASE}none"}, 0), ({}, None)):
        _, controls = data_and_controls(get(fragments, **terms))
        for property_ in (HYDRA.totalItems, VOID.triples):
            ((fragment, told),) = controls.subject_objects(property_)
            assert str(fragment) == HERE + address_of(**terms)
            expected = small.release.manifest.counts.default_graph if total is None else total
            assert told.toPython() == expected  # type: ignore[attr-defined]  # a literal


def test_pages_are_linked_and_hold_each_triple_once(fragments: FlaskClient) -> None:
    found, sizes = every_page(fragments, "/fragments", predicate=f"{BASE}item")
    assert (len(found), sizes) == (250, [100, 100, 50])


def test_a_page_links_the_pages_around_it(fragments: FlaskClient) -> None:
    fragment = f"/fragments?{urlencode({'predicate': f'{BASE}item'})}"
    response = get(fragments, f"{fragment}&offset=100")
    _, controls = data_and_controls(response)
    here = URIRef(f"{HERE}{fragment}&offset=100")
    assert (here, RDF.type, HYDRA.PartialCollectionView) in controls
    assert (URIRef(HERE + fragment), HYDRA.view, here) in controls
    assert controls.value(here, HYDRA.itemsPerPage) == Literal(100)
    for relation, other in (("first", fragment), ("previous", fragment), ("next", f"{fragment}&offset=200")):
        assert list(controls.objects(here, HYDRA[relation])) == [URIRef(HERE + other)]
        assert f'<{other}>; rel="{relation.replace("previous", "prev")}"' in response.headers["Link"]


def test_a_page_keeps_the_spelling_of_its_address(fragments: FlaskClient) -> None:
    """A client looks for statements about the very address that it asked."""
    for query in ("subject=&predicate=https://example.org/item&object=", "predicate=https%3A%2F%2Fexample.org%2Fitem"):
        _, controls = data_and_controls(fragments.get(f"/fragments?{query}", headers={"Accept": "application/trig"}))
        assert list(controls.objects(URIRef(f"{HERE}/fragments?{query}"), HYDRA.next)) != []


def test_a_page_says_what_it_is_a_part_of(fragments: FlaskClient, small: Site) -> None:
    _, controls = data_and_controls(get(fragments))
    dataset = URIRef(f"{HERE}/fragments#dataset")
    assert (dataset, DCTERMS.source, URIRef(f"{BASE}dataset")) in controls
    assert (URIRef(f"{HERE}/fragments"), None, Literal(small.release.manifest.id)) in controls


# --- Quad Pattern Fragments ------------------------------------------------------------------------------


def test_quads_are_told_apart_by_their_graphs(fragments: FlaskClient, small: Site) -> None:
    quads = all_quads(small)
    assert every_page(fragments, "/fragments/quads")[0] == quads
    for graph in {quad[3] for quad in quads}:
        expected = {quad for quad in quads if quad[3] == graph}
        assert every_page(fragments, "/fragments/quads", graph=graph)[0] == expected
    for graph in (QUOTED, ELSEWHERE):
        expected = {quad for quad in quads if quad[3] == graph and quad[0] == URIRef(f"{BASE}a")}
        assert every_page(fragments, "/fragments/quads", graph=graph, subject=f"{BASE}a")[0] == expected != set()


@pytest.mark.parametrize("name", [DEFAULT_GRAPH, "@default"])
def test_the_default_graph_of_quads_is_what_triples_are(fragments: FlaskClient, name: str) -> None:
    for terms in ({}, {"predicate": f"{BASE}p"}, {"predicate": f"{BASE}says"}):
        quads = every_page(fragments, "/fragments/quads", graph=name, **terms)[0]
        assert quads == every_page(fragments, "/fragments", **terms)[0]


def test_files_served_as_they_are_keep_their_graphs_apart(tmp_path: Path) -> None:
    release = serve_ad_hoc(
        tmp_path, {"a.trig": '<http://e/a> <http://e/p> "own" . <http://e/g> { <http://e/a> <http://e/p> "named" }'}
    )
    client = create_app(open_site(release, QuerySettings(), "/nowhere")).test_client()
    assert {str(quad[2]) for quad in every_page(client, "/fragments")[0]} == {"own"}
    assert {str(quad[2]) for quad in every_page(client, "/fragments/quads")[0]} == {"own", "named"}


# --- brTPF -----------------------------------------------------------------------------------------------


def test_bindings_restrict_a_fragment(fragments: FlaskClient) -> None:
    terms = {"subject": "?s", "predicate": f"{BASE}item", "object": "?o"}
    values = f'(?o ?other) {{ (<{BASE}i001> UNDEF) (<{BASE}i249> UNDEF) (<{BASE}none> <x:y>) ("text" UNDEF) }}'
    quads, controls = data_and_controls(get(fragments, **terms, values=values))
    assert {str(quad[2]) for quad in quads} == {f"{BASE}i001", f"{BASE}i249"}
    assert [total.toPython() for total in controls.objects(None, HYDRA.totalItems)] == [2]  # type: ignore[attr-defined]


def test_many_bindings_are_paged_too(fragments: FlaskClient) -> None:
    values = " ".join(f"(<{BASE}{name}> <{BASE}{predicate}>)" for name in ("many", "a") for predicate in ("item", "p"))
    found, sizes = every_page(fragments, "/fragments", subject="?s", predicate="?p", values=f"(?s ?p) {{ {values} }}")
    assert sizes == [100, 100, len(found) - 200]
    assert len(found) > 255


# --- HTTP ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "formats"), [("/fragments", _TRIPLE_FORMATS), ("/fragments/quads", _QUAD_FORMATS)])
def test_every_syntax_can_be_asked_for(fragments: FlaskClient, path: str, formats: Sequence[Format]) -> None:
    for fmt in formats:
        by_header, by_name = get(fragments, path, fmt.media_type), get(fragments, path, "*/*", format=fmt.suffix)
        for response in (by_header, by_name):
            assert response.headers["Content-Type"] == fmt.content_type
        assert by_header.headers["Content-Location"] == f"{path}?format={fmt.suffix}"
        assert "Accept" in by_header.headers["Vary"]
        assert by_name.headers.get("Vary") == ("Accept-Language" if fmt is HTML else None)
        assert by_header.data == by_name.data


def test_without_accept_triples_are_turtle_and_quads_trig(fragments: FlaskClient) -> None:
    assert fragments.get("/fragments").mimetype == "text/turtle"
    assert fragments.get("/fragments/quads").mimetype == "application/trig"


def test_syntaxes_of_triples_are_no_choice_for_quads(fragments: FlaskClient) -> None:
    response = fragments.get("/fragments/quads", headers={"Accept": "text/turtle"})
    assert response.status_code == 406
    assert b"application/trig" in response.data
    assert fragments.get("/fragments/quads?format=nt").status_code == 406
    assert fragments.get("/fragments?format=csv").status_code == 406


def test_a_page_can_be_kept_and_asked_for_again(fragments: FlaskClient) -> None:
    first = get(fragments, predicate=f"{BASE}p")
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    assert "public" in first.headers["Cache-Control"]
    again = fragments.get(first.request.full_path, headers={"Accept": "application/trig", "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    others = (
        get(fragments, predicate=f"{BASE}q"),
        get(fragments, accept="application/n-quads", predicate=f"{BASE}p"),
        get(fragments, "/fragments/quads", predicate=f"{BASE}p"),
    )
    assert tag not in {other.headers["ETag"] for other in others}


def test_another_host_is_another_page(fragments: FlaskClient) -> None:
    here = fragments.get("/fragments", headers={"Host": "kg.example:8080"})
    assert b"<http://kg.example:8080/fragments#dataset>" in here.data
    assert here.headers["ETag"] != fragments.get("/fragments").headers["ETag"]


@pytest.mark.parametrize("host", ['a"><b', "a b", "a/b", "a\\b", "<x>", "a:b:c", "[::1", "user@host"])
def test_what_is_no_host_is_refused(fragments: FlaskClient, host: str) -> None:
    response = fragments.get("/fragments", environ_overrides={"HTTP_HOST": host})
    assert response.status_code == 400


def test_links_stay_below_a_sub_path(fragments: FlaskClient) -> None:
    response = fragments.get("/fragments?format=trig", environ_overrides={"SCRIPT_NAME": "/kg"})
    _, controls = data_and_controls(response)
    assert set(controls.objects(None, HYDRA.next)) == {URIRef(f"{HERE}/kg/fragments?offset=100")}
    assert set(controls.objects(None, HYDRA.template)) == {Literal(f"{HERE}/kg/fragments{{?subject,predicate,object}}")}
    assert response.headers["Content-Location"] == "/kg/fragments?format=trig"


@pytest.mark.parametrize("path", ["/fragments", "/fragments/quads", "/fragments?object=%22", "/fragments?offset=999"])
def test_head_is_get_without_a_body(fragments: FlaskClient, path: str) -> None:
    head, whole = fragments.head(path), fragments.get(path)
    assert (head.status_code, head.data) == (whole.status_code, b"")
    assert head.headers == whole.headers


def test_options_and_other_methods(fragments: FlaskClient) -> None:
    assert set(fragments.options("/fragments").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
    for method in ("POST", "PUT", "DELETE"):
        response = fragments.open("/fragments", method=method)
        assert response.status_code == 405
        assert "GET" in response.headers["Allow"]


def test_there_is_no_page_behind_the_last_one(fragments: FlaskClient) -> None:
    for offset in ("250", "300", "999999999999999"):
        response = fragments.get(f"/fragments?predicate={BASE}item&offset={offset}")
        assert response.status_code == 404
        assert f"row {offset}" in json.loads(response.data)["detail"]


@pytest.mark.parametrize("query", [
    'object="a', 'object="a"@', 'object="a"^^', "subject=%22a%22", "predicate=%22a%22", "subject=a b", "subject=%00",
    "object=%22%00%22", "subject=http://e/%3E%20%3Chttp://e/", "subject=_:b0", "subject=<", "subject=%3C%3E",
    "object=%22a%22%5E%5E%3Chttp://e/%3E%20.%20%7D%20DROP%20ALL%20%23", "object=%ff", "subject=%ed%a0%80",
    "subject=http://e/&subject=http://e/", "offset=-1", "offset=x", "offset=1e9", "offset=%D9%A1", f"offset={'9' * 30}",
    "values=x", "values=(?s)%20%7B%20(%3Cx%3E%20UNION)%20%7D", "graph=http://e/", f"subject=http://e/{'x' * 40_000}",
    "&".join(f"a{number}=" for number in range(300)), "object=%3C%3C%20x%20%3E%3E",
])  # fmt: skip
def test_hostile_parameters_are_refused_with_a_sentence(fragments: FlaskClient, query: str) -> None:
    response = fragments.get(f"/fragments?{query}")
    assert response.status_code == 400
    detail = json.loads(response.data)["detail"]
    assert detail.endswith(".")
    assert len(detail) < 400


def test_a_literal_of_nothing_but_quotation_marks_is_one(fragments: FlaskClient) -> None:
    response = fragments.get(f"/fragments?format=trig&object={'%22' * 12_000}")
    assert data_and_controls(response)[0] == set()


@pytest.mark.parametrize("term", [
    f"{BASE}p> ?x . ?y <{BASE}says", "?p } { GRAPH ?g { ?s ?p ?o", f"{BASE}p\t", f"{BASE}p\n", "{p}", "' OR 1=1 --",
])  # fmt: skip
def test_nothing_gets_out_of_its_term(fragments: FlaskClient, term: str) -> None:
    response = fragments.get(f"/fragments?{urlencode({'predicate': term})}")
    assert response.status_code == 400


def test_unknown_parameters_do_not_change_a_fragment(fragments: FlaskClient) -> None:
    assert data_and_controls(get(fragments, utm="x", predicate=f"{BASE}p"))[0] == data_and_controls(
        get(fragments, predicate=f"{BASE}p")
    )[0]  # fmt: skip


# --- the page --------------------------------------------------------------------------------------------


def test_the_page_shows_the_form_the_triples_and_the_way_on(fragments: FlaskClient) -> None:
    response = get(fragments, accept="text/html", predicate=f"{BASE}item", object="?o")
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.get_data(as_text=True))
    (form,) = [form for form in page.iter("form") if form.get("class") == "pattern"]
    fields = {field.get("name"): field.get("value") for field in form.iter("input")}
    assert fields == {"subject": "", "predicate": f"{BASE}item", "object": "?o"}
    assert len(list(page.find(".//tbody").iter("tr"))) == 100
    text = "".join(page.itertext())
    assert "250 in all; 1 to 100 on this page" in text
    (next_page,) = {link.get("href") for link in page.iter("a") if link.get("rel") == "next"}
    assert urlsplit(next_page).query.endswith("&offset=100")
    last = get(fragments, next_page.replace("=100", "=200"), "text/html").get_data(as_text=True)
    assert "201 to 250 on this page" in last
    alternates = {link.get("type") for link in page.iter("link") if link.get("rel") == "alternate"}
    assert alternates - {"application/atom+xml"} == {fmt.media_type for fmt in _TRIPLE_FORMATS if fmt is not HTML}


def test_the_page_of_quads_names_their_graphs(fragments: FlaskClient) -> None:
    page = get(fragments, "/fragments/quads", "text/html", predicate=f"{BASE}says").get_data(as_text=True)
    assert 'name="graph"' in page
    assert "prop-one" in page


def test_a_term_from_the_address_is_text_on_the_page(fragments: FlaskClient) -> None:
    page = get(fragments, accept="text/html", object='"<script>alert(1)</script>"').get_data(as_text=True)
    assert "<script>" not in page
    assert "Nothing matches." in page


def test_no_blank_node_is_left_in_any_answer(fragments: FlaskClient) -> None:
    for path in ("/fragments", "/fragments/quads"):
        for accept in ("application/n-quads", "application/trig"):
            dataset = Dataset()
            dataset.parse(data=get(fragments, path, accept).data, format=accept)
            assert not any(isinstance(term, BNode) for quad in dataset.quads() for term in quad[:3])
