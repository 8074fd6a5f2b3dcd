"""FAIR Signposting, level 1 in headers and pages, level 2 as sets of links; read by somebody else's client."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin
from urllib.request import Request, urlopen

import html5lib
import httplink
import jsonschema
import pytest
from flask.testing import FlaskClient
from signposting import LinkRel, Signposting, find_signposting_html, find_signposting_http, find_signposting_linkset
from signposting.linkheader import find_signposting_http_link

from conftest import Server
from kgpub.description import document_path
from kgpub.document_pages import STATEMENTS_A_PAGE
from kgpub.documents import Documents
from kgpub.engine import Budget
from kgpub.engine_local import LocalEngine
from kgpub.formats import DOCUMENT_FORMATS
from kgpub.signposts import Signposts
from kgpub.site import Site
from kgpub.web.app import create_app
from kgpub.web_links import header_of
from projects import BASE, release_of, serve_ad_hoc

OURS = "https://w3id.org/stca-kg/"
ENDPOINT = "http://www.w3.org/ns/sparql-service-description#endpoint"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

#: RFC 9264, section 4.2, written down as a schema: one member, an array of contexts; in each an anchor and arrays of
#: targets by relation; attributes of the Web Linking RFC are texts, "hreflang" and all others arrays of texts,
#: internationalized ones arrays of objects with value and language.
LINKSET_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["linkset"],
    "additionalProperties": False,
    "properties": {"linkset": {"type": "array", "items": {"$ref": "#/$defs/context"}}},
    "$defs": {
        "context": {
            "type": "object",
            "minProperties": 2,
            "required": ["anchor"],
            "properties": {"anchor": {"type": "string", "format": "uri-reference"}},
            "additionalProperties": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/target"}},
            "propertyNames": {"pattern": "^([a-z][a-z0-9.-]*|[A-Za-z][A-Za-z0-9+.-]*:.+)$"},
        },
        "target": {
            "type": "object",
            "required": ["href"],
            "properties": {
                "href": {"type": "string", "format": "uri-reference", "pattern": "^[\\x21-\\x7e]*$"},
                "media": {"type": "string"},
                "title": {"type": "string"},
                "type": {"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]+$"},
                "hreflang": {"type": "array", "items": {"type": "string"}},
            },
            "patternProperties": {
                "^.+\\*$": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["value"],
                        "properties": {"value": {"type": "string"}, "language": {"type": "string"}},
                        "additionalProperties": False,
                    },
                }
            },
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}

Triple = tuple[str, str, str, str]


def links_in(value: str, context: str) -> set[Triple]:
    """Parse a header Link, or a set of links as text: context, relation, target, type."""
    text = value.replace("\r", " ").replace("\n", " ")
    return {
        (
            urljoin(context, link["anchor"]) if "anchor" in link else context,
            relation,
            urljoin(context, link.target),
            dict(link.attributes).get("type", ""),
        )
        for link in httplink.parse_link_header(text).links
        for relation in link["rel"].split()
    }


def links_in_json(data: bytes, address: str) -> set[Triple]:
    document = json.loads(data)
    jsonschema.validate(document, LINKSET_SCHEMA, format_checker=jsonschema.FormatChecker())
    return {
        (urljoin(address, context["anchor"]), relation, urljoin(address, target["href"]), target.get("type", ""))
        for context in document["linkset"]
        for relation, targets in context.items()
        if relation != "anchor"
        for target in targets
    }


def header(client: FlaskClient, path: str, accept: str = "text/html") -> set[Triple]:
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == 200
    return links_in(response.headers["Link"], path)


def related(links: set[Triple], relation: str, context: str | None = None) -> set[str]:
    return {target for anchor, found, target, _ in links if found == relation and context in (None, anchor)}


def typed(links: set[Triple], relation: str, context: str | None = None) -> set[tuple[str, str]]:
    return {(target, t) for anchor, found, target, t in links if found == relation and context in (None, anchor)}


# --- level 1 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("accept", [fmt.media_type for fmt in DOCUMENT_FORMATS])
def test_a_document_of_whatever_form_has_the_links_of_level_1(client: FlaskClient, accept: str) -> None:
    links = header(client, "/doc/id/ccr", accept)
    assert related(links, "cite-as") == {f"{OURS}id/ccr"} == related(links, "describes")
    assert related(links, "type") == {"https://schema.org/AboutPage", "https://schema.org/NGO"}
    assert related(links, "license") == {LICENCE}
    assert related(links, "author") == {f"{OURS}id/curator"}
    assert related(links, ENDPOINT) == {"/sparql"}
    assert typed(links, "collection") == {("/", "text/html")}
    assert typed(links, "alternate") == {(f"/doc/id/ccr.{fmt.suffix}", fmt.media_type) for fmt in DOCUMENT_FORMATS}
    assert typed(links, "describedby") == {
        ("/doc/id/ccr.ttl", "text/turtle"), ("/doc/id/ccr.jsonld", "application/ld+json"),
        ("/doc/id/ccr.rdf", "application/rdf+xml"),
    }  # fmt: skip
    assert typed(links, "linkset") == {
        ("/linkset/id/ccr.json", "application/linkset+json"), ("/linkset/id/ccr.txt", "application/linkset")
    }  # fmt: skip


def test_links_have_one_relation_each_since_checkers_compare_it_as_a_whole(client: FlaskClient) -> None:
    value = client.get("/doc/id/ccr").headers["Link"]
    assert all(len(link["rel"].split()) == 1 for link in httplink.parse_link_header(value).links)


def test_every_link_leads_to_what_its_type_says(client: FlaskClient) -> None:
    seen = 0
    for path in ("/", "/doc/id/claim-s05-c1", "/doc/dataset", "/doc/ontology/Claim", "/doc/", "/dcat"):
        for _, _, target, media_type in header(client, path, "text/turtle"):
            if media_type and target.startswith("/"):
                response = client.get(target, headers={"Accept": media_type})
                assert (response.status_code, response.mimetype) == (200, media_type), target
                response.close()
                seen += 1
    assert seen > 60


def test_what_is_told_quickly_is_what_is_told_in_full(site: Site) -> None:
    """The pattern of the shortcut gives the links that are put together one by one for pages and sets of links."""
    names = ("id/ccr", "id/claim-s05-c1", "ontology/", "ontology/Claim", "voc/denies", "dataset", "", "graph/claims")
    for root in ("", "/kg/sub"):
        signposts = Signposts(site).below(root)
        for name in names:
            iri = site.base.resolve(name)
            address = f"{root}/{document_path(site, iri)}"
            quick = links_in(signposts.header(iri, address, 1), address)
            assert quick == links_in(header_of(signposts.document(iri, address, in_header=True)), address)


def test_the_home_page_has_the_links_of_the_data_set_and_its_files_as_items(client: FlaskClient) -> None:
    for accept in ("text/html", "text/turtle"):
        links = header(client, "/", accept)
        assert related(links, "cite-as") == {f"{OURS}dataset"}
        assert related(links, "type") == {"https://schema.org/AboutPage", "https://schema.org/Dataset"}
        assert ("/dumps/all.nq.gz", "application/gzip") in typed(links, "item")
        assert ("/dumps/links.sssom.tsv", "text/tab-separated-values") in typed(links, "item")
        assert ("/doc/dataset.ttl", "text/turtle") in typed(links, "describedby")
        assert related(links, "collection") == set()


@pytest.mark.parametrize(
    "path", ["/queries/", "/np/", "/browse/", "/browse/classes", f"/browse?class={OURS}ontology/Demand"]
)
def test_a_list_says_what_it_is_and_of_what_it_is_a_part(client: FlaskClient, path: str) -> None:
    for accept in ("text/html", "text/turtle"):
        links = header(client, path, accept)
        canonical = related(links, "canonical")
        assert canonical == related(links, "cite-as") == related(links, "describes") == {OURS + path[1:]}
        assert related(links, "type") == {"https://schema.org/CollectionPage"}
        assert related(links, "collection") == {"/"}
        for target, media_type in typed(links, "describedby"):
            found = client.get(target)
            assert (found.status_code, found.mimetype) == (200, media_type)
        assert len(typed(links, "describedby")) == 3


def test_the_header_of_a_list_with_a_long_address_stays_short(client: FlaskClient) -> None:
    path = f"/browse?class={OURS}ontology/Demand&{OURS}ontology/heldBy={OURS}id/{'x' * 1_000}"
    response = client.get(path)
    assert response.status_code == 200
    assert len(response.headers["Link"]) < 2_500
    assert related(header(client, path, "text/turtle"), "type") == {"https://schema.org/CollectionPage"}


def test_a_file_says_of_which_data_set_it_is(client: FlaskClient) -> None:
    with client.get("/dumps/all.nq.gz") as response:
        links = links_in(response.headers["Link"], "/dumps/all.nq.gz")
    assert related(links, "collection") == {"/"}
    assert related(links, "license") == {LICENCE}
    assert typed(links, "linkset") == {
        ("/linkset/dataset.json", "application/linkset+json"), ("/linkset/dataset.txt", "application/linkset")
    }  # fmt: skip


def test_a_page_carries_the_links_of_its_header(client: FlaskClient) -> None:
    for path in ("/doc/id/ccr", "/", "/doc/ontology/", "/doc/ontology/Claim"):
        response = client.get(path, headers={"Accept": "text/html"})
        page = html5lib.parse(response.data, treebuilder="etree", namespaceHTMLElements=False)
        found = {
            (path, relation, link.get("href", ""), link.get("type", ""))
            for link in page.iter("link")
            for relation in link.get("rel", "").split()
        }
        told = links_in(response.headers["Link"], path)
        assert {link for link in told if link[1] != "alternate" or link[3] != "text/html"} <= found
        (canonical,) = related(found, "canonical")
        assert canonical == OURS + path.removeprefix("/")


def test_headers_stay_small(client: FlaskClient) -> None:
    assert len(client.get("/doc/id/ccr").headers["Link"]) < 1_900
    assert len(client.get("/").headers["Link"]) < 3_000


# --- odd names -------------------------------------------------------------------------------------------

ODD = ("a,b;c=d", "q'uote(s)", "ünïcödé/日本", "per%2Fcent%20", "x" * 3_000, "frag#ment?é", "a?b=c&d", "é" * 900)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Site:
    turtle = "".join(f"<{BASE}{name}> a ex:Thing .\n" for name in ODD)
    turtle += "".join(f'ex:long ex:p "{number}" .\n' for number in range(2 * STATEMENTS_A_PAGE + 1))
    turtle += "".join(f"ex:s{number} ex:to ex:long .\n" for number in range(150))
    release = release_of(tmp_path_factory.mktemp("odd"), turtle)
    return Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1))


@pytest.mark.parametrize("name", ODD, ids=lambda name: name[:20])
def test_odd_and_long_iris_make_links_that_parse_and_lead_back(odd: Site, name: str) -> None:
    client = create_app(odd).test_client()
    address = "/" + document_path(odd, BASE + name)
    response = client.get(address, environ_overrides={"RAW_URI": address})
    assert response.status_code == 200
    assert len(response.headers["Link"]) < 40_000
    links = find_signposting_http_link([response.headers["Link"]], f"http://localhost{address}")
    assert links.citeAs is not None
    assert links.citeAs.target == quote(BASE + name, safe="/:@!$&'()*+,;=-._~%?#[]")
    for linkset in links.linksets:
        path = linkset.target.removeprefix("http://localhost")
        told = client.get(path, environ_overrides={"RAW_URI": path})
        assert told.status_code == 200
        parsed = links_in_json(told.data, path) if linkset.type.endswith("json") else links_in(told.text, path)
        assert links.citeAs.target in related(parsed, "cite-as", address)
        representations = related(parsed, "alternate", address)
        assert len(representations) == len(DOCUMENT_FORMATS)
        for other in representations:
            assert client.get(other, environ_overrides={"RAW_URI": other}).status_code == 200


def test_pages_of_a_long_document_and_of_a_list_are_chained(odd: Site) -> None:
    client = create_app(odd).test_client()
    first, second, last = (header(client, f"/doc/long{end}") for end in ("", "?page=2", "?page=3"))
    assert (related(first, "next"), related(first, "prev")) == ({"/doc/long?page=2"}, set())
    assert (related(second, "next"), related(second, "prev")) == ({"/doc/long?page=3"}, {"/doc/long"})
    assert (related(last, "next"), related(last, "last")) == (set(), {"/doc/long?page=3"})
    assert ("/doc/long.ttl?page=2", "text/turtle") in typed(second, "alternate")
    listing = f"/doc/long?incoming={quote(BASE, safe='')}to"
    assert related(header(client, listing), "next") == {f"{listing}&page=2"}
    assert related(header(client, f"{listing}&page=2"), "prev") == {listing}
    assert related(header(client, listing), "cite-as") == set(), "the list is not the thing"


def test_files_without_a_project_have_links_but_no_collection(tmp_path: Path) -> None:
    release = serve_ad_hoc(tmp_path, {"a.ttl": f"<{BASE}a> a <http://xmlns.com/foaf/0.1/Person> ."})
    site = Site(release, Documents(release.index), LocalEngine("nowhere"), Budget(1.0, 1, 1))
    client = create_app(site).test_client()
    links = header(client, "/doc/a")
    assert related(links, "type") == {"https://schema.org/AboutPage", "https://schema.org/Person"}
    assert related(links, "collection") | related(links, "author") | related(links, "license") == set()
    assert related(header(client, "/"), "cite-as") == set()
    assert client.get("/linkset/a.json").status_code == 200


# --- level 2 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("local", ["id/ccr", "dataset", "ontology/", "id/claim-s05-c1", ""])
def test_a_set_of_links_says_the_same_as_json_and_as_text(client: FlaskClient, local: str) -> None:
    path = f"/linkset/{local}"
    as_json = client.get(path, headers={"Accept": "application/linkset+json"})
    as_text = client.get(path, headers={"Accept": "application/linkset"})
    assert (as_json.mimetype, as_text.mimetype) == ("application/linkset+json", "application/linkset")
    links = links_in_json(as_json.data, path)
    assert links == links_in(as_text.text, path)
    assert header(client, f"/doc/{local}") - {link for link in links if link[0] == f"/doc/{local}"} == set()
    for representation, media_type in typed(links, "describedby", f"/doc/{local}"):
        if representation.startswith("/doc"):
            assert related(links, "describes", representation), (representation, media_type)
            assert related(links, "license", representation) == {LICENCE}


def test_the_data_sets_links_hold_all_that_is_in_it_from_both_ends(client: FlaskClient, site: Site) -> None:
    links = links_in_json(client.get("/linkset/dataset.json").data, "/linkset/dataset.json")
    files = {f"/{file.path}" for file in site.release.manifest.downloads}
    assert related(links, "item", "/") == files == related(links, "item", "/doc/dataset")
    assert all(related(links, "collection", file) == {"/"} for file in files)
    assert related(links, "describes", "/doc/dataset.ttl") == {"/"}
    assert header(client, "/") <= links


def test_a_set_of_links_has_the_manners_of_every_resource(client: FlaskClient) -> None:
    response = client.get("/linkset/id/ccr")
    assert response.headers["Content-Location"] == "/linkset/id/ccr.json"
    assert response.headers["Vary"] == "Accept"
    assert related(links_in(response.headers["Link"], "/"), "describes") == {"/doc/id/ccr"}
    again = client.get("/linkset/id/ccr", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/linkset/id/nobody").status_code == 404
    assert client.get("/linkset?iri=relative").status_code == 400
    assert client.get("/linkset").status_code == 400
    profiled = 'application/linkset+json;profile="https://example.org/profile"'
    assert client.get("/linkset/id/ccr", headers={"Accept": profiled}).mimetype == "application/linkset+json"


# --- a real client, a real server ------------------------------------------------------------------------


def found_by_client(address: str) -> Iterator[Signposting]:
    yield find_signposting_http(address)
    yield find_signposting_html(address)


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_a_signposting_client_finds_its_way_from_an_identifier(server: Server) -> None:
    landing = f"{server.address}/doc/id/ccr"
    for signposting in found_by_client(f"{server.address}/id/ccr"):
        assert signposting.context == landing
        assert signposting.citeAs is not None
        assert signposting.citeAs.target == f"{OURS}id/ccr"
        assert {str(each.target) for each in signposting.types} == {
            "https://schema.org/AboutPage", "https://schema.org/NGO"
        }  # fmt: skip
        assert signposting.license is not None
        assert {each.target for each in signposting.authors} == {f"{OURS}id/curator"}
        assert signposting.collection is not None
        for metadata in signposting.describedBy:
            with urlopen(Request(metadata.target, headers={"Accept": str(metadata.type)}), timeout=10) as response:
                assert response.headers["Content-Type"].partition(";")[0] == metadata.type
        for linkset in signposting.linksets:
            complete = find_signposting_linkset(linkset.target, linkset.type).for_context(landing)
            assert complete.citeAs is not None
            assert complete.citeAs.target == signposting.citeAs.target
            assert {each.target for each in complete.describedBy} >= {each.target for each in signposting.describedBy}


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
def test_a_signposting_client_goes_from_a_file_to_its_data_set_and_back(server: Server) -> None:
    file = f"{server.address}/dumps/all.nq.gz"
    of_file = find_signposting_http(file)
    assert of_file.collection is not None
    home = find_signposting_http(of_file.collection.target)
    assert file in {item.target for item in home.items}
    (linkset, *_) = home.linksets
    complete = find_signposting_linkset(linkset.target, linkset.type)
    assert file in {item.target for item in complete.for_context(f"{server.address}/").items}
    assert {each.rel for each in complete.for_context(file)} >= {LinkRel.collection, LinkRel.license, LinkRel.type}
