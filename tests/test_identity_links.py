"""Downloads of identity links: what says that a thing here and a thing elsewhere are one, by its relation."""

import gzip
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store
from rdflib import RDF, VOID, Graph, URIRef
from rdflib.namespace import OWL, SKOS

from kgpub.identity_links import IDENTITY_RELATIONS, write_identity_links
from kgpub.release import Release
from projects import BASE, build_project, content_of

SAME = "<http://www.w3.org/2002/07/owl#sameAs>"
EXACT = "<http://www.w3.org/2004/02/skos/core#exactMatch>"
OWL_FILE, SCHEMA_FILE, SKOS_FILE = IDENTITY_RELATIONS


def written(folder: Path, *lines: str, quoted_graphs: tuple[str, ...] = ()) -> str | None:
    content = content_of(folder, sorted(lines), quoted_graphs=quoted_graphs)
    made = write_identity_links(OWL_FILE, content, folder)
    if made is None:
        assert not (folder / OWL_FILE.file).exists()
        return None
    text = gzip.decompress((folder / made.name).read_bytes()).decode()
    assert made.triples == text.count("\n")
    return text


def test_links_are_sorted_triples_each_once(tmp_path: Path) -> None:
    link = f"<{BASE}b> {SAME} <http://x.org/b> ."
    text = written(tmp_path, f"{link[:-2]} <{BASE}g> .", link, f"<http://x.org/a> {SAME} <{BASE}a> .")
    assert text is not None
    assert text.splitlines() == sorted((link, f"<http://x.org/a> {SAME} <{BASE}a> ."))


@pytest.mark.parametrize(
    "line",
    [
        f"<{BASE}a> {SAME} <{BASE}b> .",
        f"_:c14n0 {SAME} <http://x.org/a> .",
        f'<{BASE}a> {SAME} "http://x.org/a" .',
        f"<{BASE}a> {EXACT} <http://x.org/a> .",
        f"<{BASE}a> {SAME} <http://x.org/a> <{BASE}said> .",
    ],
    ids=["inside", "blank", "text", "another relation", "quoted"],
)
def test_what_is_no_identity_with_a_thing_elsewhere_is_left_out(tmp_path: Path, line: str) -> None:
    assert written(tmp_path, line, quoted_graphs=("said",)) is None


def test_each_relation_has_its_file_its_linkset_and_keeps_its_predicate(tmp_path: Path) -> None:
    data = f"""<a> {SAME} <http://x.org/a> ; {EXACT} <http://y.org/a> .
               <b> {EXACT} <http://y.org/b> , <http://z.org/b> ."""
    release = build_project(tmp_path, {"data/a.ttl": data}).release
    by_name = {download.name: download for download in release.manifest.downloads}
    assert {OWL_FILE.file, SKOS_FILE.file} <= by_name.keys()
    assert SCHEMA_FILE.file not in by_name
    links = Graph().parse(data=gzip.decompress((release.dumps / SKOS_FILE.file).read_bytes()), format="nt")
    assert set(links.predicates()) == {SKOS.exactMatch}
    assert len(links) == by_name[SKOS_FILE.file].triples == 3


def test_the_announcement_describes_its_files_as_linksets(announcement_release: Release) -> None:
    downloads = {d.name: d for d in announcement_release.manifest.downloads}
    assert OWL_FILE.file not in downloads, "the announcement says nothing with owl:sameAs"
    base = announcement_release.manifest.publication.base_iri
    catalog = _catalog(announcement_release)
    for relation in (SCHEMA_FILE, SKOS_FILE):
        linkset = URIRef(f"{base}dataset/derived/{relation.file.removesuffix('.nt.gz')}")
        assert (linkset, RDF.type, VOID.Linkset) in catalog
        assert (URIRef(f"{base}dataset"), VOID.subset, linkset) in catalog
        assert (linkset, VOID.linkPredicate, URIRef(relation.properties[0])) in catalog
        assert (linkset, VOID.dataDump, URIRef(f"{base}dumps/{relation.file}")) in catalog
        (triples,) = catalog.objects(linkset, VOID.triples)
        file = gzip.decompress((announcement_release.dumps / relation.file).read_bytes())
        links = Graph().parse(data=file, format="nt")
        assert int(str(triples)) == len(links) == downloads[relation.file].triples > 5
        assert not set(links.predicates()) & {OWL.sameAs}


def _catalog(release: Release) -> Graph:
    store = Store.read_only(str(release.store))
    graph = NamedNode(f"{release.manifest.publication.base_iri}graph/catalog")
    return Graph().parse(data=store.dump(format=RdfFormat.TURTLE, from_graph=graph), format="turtle")
