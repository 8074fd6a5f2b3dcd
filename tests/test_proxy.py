"""Behind a real nginx: TLS ends there, the site is below ``/kg/``, and no link leads out of it."""

import json
import re
import socket
import ssl
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import html5lib
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from conftest import Server, serving
from kgpub.release import Release
from nginx import make_certificate, nginx, require_nginx
from projects import ROOT, build_project, run_kgpub

HOST = "data.example.org"
W3ID = "https://w3id.org/stca-kg/"
HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
TYPES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
#: Requests of one kind (a first segment of a path) that are enough to see its links.
OF_A_KIND = 4
SPOOFED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-For": "10.0.0.1",
    "Forwarded": "host=evil.example;proto=http",
}  # fmt: skip
#: How a proxy is told to take the path off: the address as it was sent, without its beginning.
STRIPPING = """
map $request_uri $below { default /; ~^/kg(?<rest>/.*)$ $rest; }
"""


@dataclass(frozen=True)
class Came:
    """A response behind the proxy."""

    url: str
    status: int
    fields: Mapping[str, list[str]]
    body: bytes

    @property
    def media_type(self) -> str:
        return (self.fields.get("content-type") or [""])[0].partition(";")[0]

    @cached_property
    def attributes(self) -> Sequence[Mapping[str, str]]:
        """The attributes of each element of a page."""
        return [element.attrib for element in html5lib.parse(self.body, namespaceHTMLElements=False).iter()]


@dataclass(frozen=True)
class Proxied:
    """The site as the world sees it."""

    port: int
    certificate: Path
    kgpub: str

    @property
    def origin(self) -> str:
        return f"https://{HOST}:{self.port}"

    def get(self, url: str, accept: str = HTML, **fields: str) -> Came:
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc) == ("https", f"{HOST}:{self.port}"), url
        connection = HTTPConnection(HOST, self.port)
        context = ssl.create_default_context(cafile=str(self.certificate))
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        connection.sock = context.wrap_socket(plain, server_hostname=HOST)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("GET", target, headers={"Accept": accept, "Host": parts.netloc} | fields)
            response = connection.getresponse()
            headers: dict[str, list[str]] = {}
            for name, value in response.headers.items():
                headers.setdefault(name.lower(), []).append(value)
            return Came(url, response.status, headers, response.read())
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def documented() -> str:
    """Return the configuration that the documentation shows."""
    text = (ROOT / "docs/reference/deployment.md").read_text("utf-8")
    return text.partition("```nginx\n")[2].partition("```")[0]


@dataclass(frozen=True)
class Arrangement:
    """How nginx and kgpub are set: the settings of the server, what is changed in the documented configuration."""

    server: str
    changed: Mapping[str, str]
    before: str = ""


@contextmanager
def behind_nginx(folder: Path, releases: Path, port: int, arrangement: Arrangement) -> Iterator[Proxied]:
    """Serve a folder of releases behind nginx, as the documentation says but for a few places."""
    require_nginx()
    certificate, key = make_certificate(folder, HOST)
    settings = (
        f'[publication]\nbase_iri = "{W3ID}"\n[folders]\nreleases = "{releases}"\n[server]\n{arrangement.server}\n'
    )
    (folder / "kgpub.toml").write_text(settings, "utf-8")
    with serving((), folder) as running:
        address = f"127.0.0.1:{urlsplit(running.address).port}"
        places = {
            "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
            "127.0.0.1:8000": address,
            f"/etc/ssl/certs/{HOST}.pem": str(certificate),
            f"/etc/ssl/private/{HOST}.key": str(key),
        }
        block = documented()
        for old, new in {**arrangement.changed, **places}.items():
            assert old in block, old
            block = block.replace(old, new)
        with nginx(folder, arrangement.before + block, port):
            yield Proxied(port, certificate, address)


MOUNTED = Arrangement('mount = "/kg"\ntrusted_proxies = ["127.0.0.1"]', {})
#: A proxy that takes the path off and says so.
STRIPPED = Arrangement(
    'trusted_proxies = ["127.0.0.1"]',
    {
        "proxy_pass http://127.0.0.1:8000;": "proxy_pass http://127.0.0.1:8000$below;",
        'X-Forwarded-Prefix ""': "X-Forwarded-Prefix /kg",
    },
    STRIPPING,
)


@pytest.fixture(scope="module", params=[MOUNTED, STRIPPED], ids=["the path left on", "the path taken off"])
def announced(
    request: pytest.FixtureRequest, announcement_release: Release, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    """The announcement, whose base IRI is elsewhere."""
    folder = tmp_path_factory.mktemp("proxied")
    releases = announcement_release.folder.parent
    with behind_nginx(folder, releases, free_port(), request.param) as proxied:
        yield proxied


# --- walking ------------------------------------------------------------------------------------------------


def html_links(came: Came, *names: str) -> Iterator[str]:
    for attributes in came.attributes:
        yield from (value for name in names if (value := attributes.get(name)) is not None)


def json_links(value: object, name: str = "") -> Iterator[str]:
    """Yield the texts in JSON that are addresses: in full, or as paths under a name that says so."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from json_links(member, key)
    elif isinstance(value, list):
        for member in value:
            yield from json_links(member, name)
    elif isinstance(value, str):
        is_address = name in (
            "href",
            "url",
            "next",
            "prev",
            "first",
            "last",
            "address",
            "page",
            "html",
            "text",
            "instance",
        )
        if value.startswith(("http://", "https://")) or (is_address and value.startswith("/")):
            yield value


def links_of(came: Came) -> Iterator[str]:
    """Yield every address that a response leads to by itself: not those of forms, which want to be filled in."""
    for name in ("location", "content-location"):
        yield from came.fields.get(name, ())
    for text in came.fields.get("link", ()):
        yield from re.findall(r"<([^>]*)>", text)
    if came.media_type == "text/html":
        yield from html_links(came, "href", "src")
    elif "json" in came.media_type and came.media_type != "application/ld+json":
        yield from json_links(json.loads(came.body))
    elif came.media_type in (
        "application/xml",
        "text/xml",
        "application/atom+xml",
        "application/opensearchdescription+xml",
    ):
        yield from re.findall(r"(?<=[\">])https?://[^\"<]+", came.body.decode())
    elif came.media_type == "text/plain" and "robots" in came.url:
        yield from re.findall(r"https?://\S+", came.body.decode())


def escapes(proxied: Proxied, came: Came) -> list[str]:
    """Return the links of a response that lead out of the mount, or lose https."""
    wrong = []
    forms = html_links(came, "action", "formaction") if came.media_type == "text/html" else ()
    for link in (*links_of(came), *forms):
        url = urljoin(came.url, link)
        parts = urlsplit(url)
        if parts.hostname in ("127.0.0.1", "localhost") or (parts.hostname == HOST and not is_below(proxied, url)):
            wrong.append(link)
    return wrong


def is_below(proxied: Proxied, url: str) -> bool:
    return url == f"{proxied.origin}/kg" or url.startswith(f"{proxied.origin}/kg/")


def kind_of(url: str) -> tuple[str, bool, str]:
    path = urlsplit(url).path.removeprefix("/kg/")
    return path.partition("/")[0], "?" in url, path.rpartition(".")[2][-5:] if "." in path else ""


def walk(proxied: Proxied, *starts: str) -> dict[str, Came]:
    """Follow the links of the site, a few of each kind."""
    waiting = [f"{proxied.origin}{start}" for start in starts]
    seen: dict[str, Came] = {}
    kinds: Counter[tuple[str, bool, str]] = Counter()
    while waiting:
        url = waiting.pop(0).partition("#")[0]
        kind = kind_of(url)
        if url in seen or kinds[kind] >= OF_A_KIND:
            continue
        kinds[kind] += 1
        came = seen[url] = proxied.get(url)
        waiting += [target for link in links_of(came) if is_below(proxied, target := urljoin(url, link))]
    return seen


def is_mount_itself(url: str, came: Came) -> bool:
    """Tell whether nginx added the slash to the mount, which OpenAPI names without one as its server."""
    return came.status == 301 and url.endswith("/kg")


def test_no_link_of_the_whole_site_leads_out_of_the_mount_or_loses_https(announced: Proxied) -> None:
    starts = ("/kg/", "/kg/id/claim-s05-c1", "/kg/ontology/", "/kg/queries/", "/kg/np/", "/kg/sparql", "/kg/robots.txt",
              "/kg/sitemap.xml", "/kg/sparql?query=SELECT%20%2A%20%7B%3Fs%20a%20%3Fo%7DLIMIT%205", "/kg/graphs?default",
              "/kg/nothing-here", "/kg/doc/id/ccr?format=none", "/kg/void", "/kg/id/CCR", "/kg/dcat?format=jsonld",
              "/kg/queries/?format=json", "/kg/sparql?query=SELECT")  # fmt: skip
    seen = walk(announced, *starts)
    assert {url: wrong for url, came in seen.items() if (wrong := escapes(announced, came))} == {}
    assert len(seen) > 80
    kgpub = announced.kgpub.encode()
    for url, came in seen.items():
        told = repr(came.fields).encode() + came.body
        assert kgpub not in told, url
        assert f"http://{HOST}".encode() not in told, url
        assert came.status in (200, 303, 400, 404, 406) or is_mount_itself(url, came), (url, came.status)
    broken = [url for url, came in seen.items() if came.status not in (200, 301, 303)]
    known = re.compile(r"nothing-here|=none|id/CCR|=SELECT\Z|robots|sitemap")
    assert [url for url in broken if not known.search(url)] == []


def test_rdf_keeps_canonical_iris(announced: Proxied) -> None:
    for path in ("/kg/doc/id/ccr", "/kg/doc/ontology/", "/kg/dcat", "/kg/sparql", "/kg/queries/"):
        for accept, fmt in TYPES.items():
            came = announced.get(f"{announced.origin}{path}", accept)
            if came.media_type != accept:  # not every list can be had in every syntax
                continue
            quads = list(parse(came.body, format=fmt, base_iri=came.url))
            iris = {t.value for q in quads for t in (q.subject, q.predicate, q.object) if isinstance(t, NamedNode)}
            assert any(iri.startswith(W3ID) for iri in iris), path
            assert [iri for iri in iris if urlsplit(iri).hostname in (HOST, "127.0.0.1", "localhost")] == [], path


def test_fragments_name_the_addresses_under_which_they_are_asked(announced: Proxied) -> None:
    url: str | None = f"{announced.origin}/kg/fragments?predicate=cn%3AheldBy"
    for _ in range(2):
        assert url is not None
        came = announced.get(url, "application/n-quads")
        controls = [(q.subject, q.predicate, q.object) for q in parse(came.body, format=RdfFormat.N_QUADS)]
        here = {term.value for triple in controls for term in triple if HOST in getattr(term, "value", "")}
        assert url in here
        assert all(address.startswith(f"{announced.origin}/kg/fragments") for address in here)
        following = [o.value for s, p, o in controls if p.value.endswith("#next") and isinstance(o, NamedNode)]
        url = following[0] if following else f"{announced.origin}/kg/fragments?offset=100"


def test_redirects_stay_below_the_mount_and_addresses_are_passed_on_as_they_were_sent(announced: Proxied) -> None:
    assert announced.get(f"{announced.origin}/kg/id/ccr").fields["location"] == ["/kg/doc/id/ccr"]
    assert urljoin(f"{announced.origin}/", announced.get(f"{announced.origin}/kg").fields["location"][0]).startswith(
        f"{announced.origin}/kg/"
    )
    void = announced.get(f"{announced.origin}/.well-known/void")
    assert (void.status, void.fields["location"]) == (303, ["/kg/void"])
    assert announced.get(f"{announced.origin}/kg/metrics").status == 404
    missing = announced.get(f"{announced.origin}/kg/id/a%2Fb%20c", "application/json")
    assert f"<{W3ID}id/a%2Fb%20c>" in json.loads(missing.body)["detail"]


def test_what_a_client_says_of_proxies_changes_nothing(announced: Proxied) -> None:
    for path in ("/kg/", "/kg/id/ccr", "/kg/doc/id/ccr", "/kg/sparql", "/kg/queries/", "/kg/nothing", "/kg/dcat",
                 "/kg/fragments", "/kg/fragments?format=trig"):  # fmt: skip
        url = f"{announced.origin}{path}"
        plain, spoofed = announced.get(url), announced.get(url, **SPOOFED)
        assert spoofed.body == plain.body
        assert {**spoofed.fields, "date": []} == {**plain.fields, "date": []}


def test_a_server_that_trusts_no_proxy_is_told_nothing(server: Server) -> None:
    def ask(path: str, fields: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection(str(urlsplit(server.address).hostname), urlsplit(server.address).port, timeout=30)
        connection.request("GET", path, headers={"Accept": HTML} | fields)
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.headers.items() if name.lower() != "date"}
        try:
            return response.status, headers, response.read()
        finally:
            connection.close()

    for path in (
        "/",
        "/id/ccr",
        "/doc/id/ccr",
        "/sparql",
        "/queries/",
        "/nothing",
        "/dcat?format=ttl",
        "/fragments?format=trig",
    ):
        plain, spoofed = ask(path, {}), ask(path, SPOOFED)
        assert plain == spoofed
        assert b"evil" not in repr(spoofed).encode()


def test_the_site_behind_the_proxy_has_nothing_to_be_found(
    announced: Proxied, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(announced.certificate))
    address = f"https://127.0.0.1:{announced.port}/kg/"
    done = run_kgpub("check", address, "--rate", "10000", "--format", "json", cwd=tmp_path)
    seen = json.loads(done.stdout)
    assert [(f["id"], f["came"], f["curl"]) for f in seen["findings"] if f["severity"] != "note"] == []
    assert seen["endpoint"] == f"{address}sparql"
    assert done.returncode == 0


def test_iris_below_the_mount_lead_to_the_site_itself(tmp_path: Path) -> None:
    """The base IRI may have the path of the mount: then each IRI is an address of the site."""
    port = free_port()
    base = f"https://{HOST}:{port}/kg/"
    data = f"@prefix ex: <{base}> . ex:kg\\/x a ex:Thing ; ex:knows ex:y . ex:y a ex:Thing ."
    project, settings = tmp_path / "project", f'[publication]\nbase_iri = "{base}"\nunion_default_graph = true\n'
    release = build_project(project, {"data/things.ttl": data}, settings).release
    with behind_nginx(tmp_path, release.folder.parent, port, MOUNTED) as proxied:
        for local in ("kg/x", "y"):
            see = proxied.get(base + local, "text/turtle")
            assert (see.status, see.fields["location"]) == (303, [f"/kg/doc/{local}"])
            document = proxied.get(urljoin(base, see.fields["location"][0]), "text/turtle")
            subjects = {q.subject for q in parse(document.body, format=RdfFormat.TURTLE, base_iri=document.url)}
            assert NamedNode(base + local) in subjects
        seen = walk(proxied, "/kg/", "/kg/y")
        assert {url: wrong for url, came in seen.items() if (wrong := escapes(proxied, came))} == {}
        assert len(seen) > 15
