"""The scripts of the pages: how they come into the package, and what is served without them."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

import kgpub.web.rendering
from kgpub.bundles import bundled_scripts
from kgpub.site import Site
from kgpub.web.app import create_app

ROOT = Path(__file__).parents[1]
WEB_UI = ROOT / "web-ui"


@pytest.fixture(scope="module", autouse=True)
def bundler() -> dict[str, Any]:
    """The names of ``web-ui/bundle.py``, the scripts bundled."""
    names = runpy.run_path(str(WEB_UI / "bundle.py"))
    names["bundle"]()
    return names


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The sources of the scripts in another place, where nothing is installed yet."""
    (tmp_path / "src" / "kgpub" / "static").mkdir(parents=True)
    leave_out = shutil.ignore_patterns("node_modules", "build", "__pycache__")
    return shutil.copytree(WEB_UI, tmp_path / "web-ui", ignore=leave_out)


def bundle_in(folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(folder / "bundle.py")]
    offline = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0"}
    nothing_kept = {"npm_config_cache": str(folder / "npm-cache")}
    every = os.environ | offline | nothing_kept | environment
    return subprocess.run(command, env=every, capture_output=True, text=True, check=False)


def test_bundles_made_from_the_same_sources_are_not_made_again(bundler: dict[str, Any]) -> None:
    made = bundler["BUNDLES"].stat().st_ino
    done = bundle_in(WEB_UI)
    assert (done.returncode, done.stderr) == (0, "")
    assert bundler["BUNDLES"].stat().st_ino == made


def test_a_changed_source_is_noticed(copied: Path, bundler: dict[str, Any]) -> None:
    shutil.copytree(bundler["BUNDLES"], copied.parent / "src" / "kgpub" / "static" / "ui")
    assert bundle_in(copied).returncode == 0
    with (copied / "src" / "search-box.js").open("a") as source:
        source.write("// changed\n")
    assert bundle_in(copied).returncode == 1


def test_a_registry_out_of_reach_is_told(copied: Path) -> None:
    done = bundle_in(copied)
    assert done.returncode == 1
    assert "npm cannot fetch its packages. Let it reach a registry" in done.stderr
    assert "127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


def test_kgpub_can_be_installed_without_scripts(copied: Path) -> None:
    done = bundle_in(copied, KGPUB_WITHOUT_SCRIPTS="1")
    assert (done.returncode, done.stderr) == (0, "")
    assert not (copied / "node_modules").exists()


def test_the_lock_file_names_no_host() -> None:
    locked = (WEB_UI / "package-lock.json").read_text("utf-8")
    assert "resolved" not in locked
    assert locked.count('"integrity"') > 30


def test_licences_of_what_is_bundled_go_with_it(bundler: dict[str, Any]) -> None:
    assert (bundler["BUNDLES"] / "licences.txt").is_file()


def test_addresses_that_tell_the_content_are_kept_for_ever(client: FlaskClient) -> None:
    script = f"/static/{bundled_scripts()['search-box']}"
    style = client.get("/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    for address in (script, style):
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    for address in ("/static/style.css", "/static/style.css?v=0", "/static/ui/manifest.json"):
        assert client.get(address).headers["Cache-Control"] == "public, max-age=300"
    assert client.get("/static/ui/search-box-OLD.js").status_code == 404
    assert client.post(script).headers["Allow"] == "GET, HEAD, OPTIONS"


def test_without_bundles_pages_are_plain_pages(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with_scripts = create_app(site).test_client().get("/")
    monkeypatch.setattr(kgpub.web.rendering, "bundled_scripts", dict)
    without = create_app(site).test_client().get("/")
    assert '<script type="module"' in with_scripts.text
    assert '<script type="module"' not in without.text
    assert '<form class="find" action="/search"' in without.text
    assert with_scripts.headers["ETag"] != without.headers["ETag"]
