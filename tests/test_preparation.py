"""The documents of a graph are made before anybody asks, as they are made when somebody does."""

from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kgpub.formats import HTML, N_QUADS, TURTLE, Format
from kgpub.preparation import ROUNDS, Preparation, Share
from kgpub.prepared_documents import DocumentShelf, PreparedDocuments, create
from kgpub.server import open_site
from kgpub.settings import QuerySettings
from kgpub.site import Site
from kgpub.web.app import create_app, document_replies
from projects import release_of

FORMATS = tuple(fmt for formats in ROUNDS for fmt in formats)
BASE = "https://example.org/"


def prepared(folder: Path, site: Site, max_bytes: int = 1 << 40) -> PreparedDocuments:
    create(path := folder / "documents.sqlite")
    with closing(DocumentShelf(path)) as shelf:
        Preparation(site, document_replies(create_app(site), site), shelf, max_bytes).run()
    return PreparedDocuments(path)


def site_of(folder: Path, turtle: str) -> Site:
    return open_site(release_of(folder, turtle), QuerySettings(), "")


@pytest.fixture
def village_client(village: Site) -> FlaskClient:
    return create_app(village).test_client()


def test_every_document_of_a_graph_is_what_the_application_answers(
    tmp_path: Path, village: Site, village_client: FlaskClient
) -> None:
    found = prepared(tmp_path, village)
    rows = village.documents.file.rows("SELECT iri FROM document WHERE page = 1")
    paths = [iri.removeprefix(BASE) for (iri,) in rows if iri.startswith(BASE) and "#" not in iri]
    assert len(paths) > 20
    for path in paths:
        for fmt in FORMATS:
            answer = village_client.get(f"/doc/{path}", headers={"Accept": fmt.media_type})
            headers, body = found.get(f"{BASE}{path}", fmt) or ([], b"nothing")
            assert body == answer.data, (path, fmt)
            told = {(name.decode().title(), value.decode()) for name, value in headers}
            assert told == {(name.title(), value) for name, value in answer.headers.items()}
    assert found.progress() == (len(paths) * len(FORMATS), found.progress().bytes, True)


def test_processes_share_the_things_out(tmp_path: Path, village: Site) -> None:
    alone = prepared(tmp_path, village).progress()
    create(path := tmp_path / "together.sqlite", makers=2)
    replies = document_replies(create_app(village), village)
    made = []
    for number in (0, 1):
        with closing(DocumentShelf(path)) as shelf, closing(PreparedDocuments(path)) as found:
            assert not found.progress().is_over
            Preparation(village, replies, shelf, 1 << 40, Share(number, 2)).run()
            made.append(found.progress().documents)
            assert found.progress().is_over == (number == 1)
    assert 0.3 < made[0] / made[1] < 0.8
    assert made[1] == alone.documents


def test_what_most_things_point_at_comes_first_and_the_room_is_kept(tmp_path: Path) -> None:
    things = " ".join(f'ex:t{n} a ex:C ; rdfs:label "Thing {n}" ; ex:of ex:hub .' for n in range(150))
    head = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . "
    site = site_of(tmp_path, f'{head}{things} ex:hub rdfs:label "Hub" . ex:unnamed ex:of ex:t1 .')
    found = prepared(tmp_path, site, max_bytes=1)
    assert found.get(f"{BASE}hub", TURTLE) is not None
    assert found.get(f"{BASE}unnamed", TURTLE) is None
    assert 0 < found.progress().documents <= 100 * len(ROUNDS[0])
    assert found.progress().is_over


def test_things_without_a_name_are_made_too(tmp_path: Path) -> None:
    found = prepared(tmp_path, site_of(tmp_path, "ex:unnamed ex:of ex:other ."))
    assert all(found.get(f"{BASE}unnamed", fmt) for fmt in FORMATS)
    assert found.get(f"{BASE}other", TURTLE) is None


def test_what_a_syntax_cannot_say_is_left_out_and_the_rest_is_made(tmp_path: Path) -> None:
    found = prepared(tmp_path, site_of(tmp_path, "ex:a ex:p <<( ex:b ex:q ex:c )>> . ex:d ex:p 1 ."))
    made: dict[Format, bool] = {fmt: found.get(f"{BASE}a", fmt) is not None for fmt in FORMATS}
    assert made[HTML]
    assert made[TURTLE]
    assert not all(made.values())
    assert all(found.get(f"{BASE}d", fmt) for fmt in FORMATS)


def test_very_long_documents_and_those_by_parameter_are_made_when_they_are_asked_for(tmp_path: Path) -> None:
    long = " , ".join(f'"{n}{"long " * 100}"' for n in range(600))
    found = prepared(tmp_path, site_of(tmp_path, f"ex:long ex:p {long} . <https://example.org/a#b> ex:p 1 ."))
    assert found.get(f"{BASE}long", TURTLE) is None
    assert found.get(f"{BASE}a#b", TURTLE) is None
    assert found.get(f"{BASE}a", TURTLE) is not None or found.get(f"{BASE}a", N_QUADS) is None
