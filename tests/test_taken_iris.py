"""Things whose IRI leads to something else than their document."""

from pathlib import Path

import pytest

from asking import ask, client_of
from kgpub.api_areas import api_areas
from kgpub.release import Release
from kgpub.taken_iris import taken_iris
from projects import BASE, EX, SETTINGS, release_of, run_kgpub, write_files

PATHS = sorted({op.path[1:] for area in api_areas() for op in area.operation if "{" not in op.path} - {""})
TOLD = "to a page or service of kgpub"


def test_those_are_told_of_which_the_iri_does_not_lead_to_the_document(tmp_path: Path) -> None:
    names = [*PATHS, "sparql/a", "searches", "dataset"]
    release = release_of(tmp_path, "".join(f'<{BASE}{name}> ex:p "{name}" .\n' for name in names))
    client = client_of(release)
    is_led = {name: ask(client, f"/{name}").headers.get("Location", "").endswith(f"/doc/{name}") for name in names}
    is_led["metrics"] = False  # of the server around the application
    assert taken_iris(release) == sorted(BASE + name for name, is_right in is_led.items() if not is_right)
    assert all(is_led[name] for name in ("places", "np/", "resource", "searches", "dataset"))
    assert all(ask(client, f"/doc/{name}").status_code == 200 for name in names)


def test_a_fragment_of_such_an_address_is_not_reached_either(tmp_path: Path) -> None:
    release = release_of(tmp_path, f"<{BASE}search#it> ex:p 1 . <{BASE}search%23it> ex:p 1 . <{BASE}search$> ex:p 1 .")
    assert taken_iris(release) == [f"{BASE}search#it"]


def test_what_the_catalog_says_of_a_service_does_not_count(announcement_release: Release, tmp_path: Path) -> None:
    assert taken_iris(announcement_release) == []
    long = " ; ".join(f"ex:p{number} {number}" for number in range(200))
    assert taken_iris(release_of(tmp_path, f"<{BASE}sparql> {long} .")) == [f"{BASE}sparql"]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["search"], f"1 thing has an IRI that leads {TOLD}; choose another: <{BASE}search>"),
        (
            ["api", "cite", "doc", "graphs"],
            f"4 things have IRIs that lead {TOLD}; choose others: <{BASE}api>, <{BASE}cite>, <{BASE}doc>, …",
        ),
        (["places"], ""),
    ],
)
def test_a_build_tells_them(tmp_path: Path, names: list[str], told: str) -> None:
    things = EX + "".join(f"<{BASE}{name}> a <https://schema.org/Thing> .\n" for name in names)
    built = run_kgpub("build", cwd=write_files(tmp_path, {"kgpub.toml": SETTINGS, "data/a.ttl": things}))
    assert built.returncode == 0
    assert [line for line in built.stdout.splitlines() if TOLD in line] == ([told] if told else [])
