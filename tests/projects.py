"""Small projects, as the tests of the build side write and build them."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from kgpub.adhoc import adhoc_plan
from kgpub.build import Built, build
from kgpub.content import Content
from kgpub.documents import Documents
from kgpub.plan import Plan, project_plan
from kgpub.progress import Silence
from kgpub.publication import Publication
from kgpub.release import Release
from kgpub.settings import read_settings
from kgpub.triplestore import Triplestore

ROOT = Path(__file__).parents[1]
BASE = "https://example.org/"
EX = f"@prefix ex: <{BASE}> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
SETTINGS = f'[publication]\nbase_iri = "{BASE}"\nunion_default_graph = true\n'

#: What lets the installed Python of the tests start ``kgpub``.
KGPUB = [sys.executable, "-m", "kgpub.cli"]


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, and return the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def plan_of(folder: Path, files: Mapping[str, str | bytes], settings: str = SETTINGS) -> Plan:
    """Write a project into a folder and return the plan of its build."""
    return project_plan(read_settings(write_files(folder, {"kgpub.toml": settings, **files}) / "kgpub.toml"))


def build_project(folder: Path, files: Mapping[str, str | bytes], settings: str = SETTINGS) -> Built:
    """Write a project into a folder and build it."""
    return build(plan_of(folder, files, settings), Silence())


def release_of(folder: Path, turtle: str, settings: str = SETTINGS) -> Release:
    """Build a project of one Turtle file, whose prefix ``ex:`` is the base."""
    return build_project(folder, {"data/things.ttl": EX + turtle}, settings).release


def content_of(folder: Path, lines: Sequence[str], **settings: Any) -> Content:
    """Return sorted N-Quads lines as the content of a release in the making, with a store in a folder."""
    plan = Plan(Publication(BASE, union_default_graph=True, **settings), folder, ())
    store = Triplestore(Store(folder / "store"))
    store.add_lines(folder, lines, plan.in_default_graph)
    return Content(plan, store, lambda: lines)


def serve_ad_hoc(
    folder: Path, files: Mapping[str, str | bytes], base_iri: str | None = None, *, union: bool = False
) -> Release:
    """Write files into a folder and build the release that ``kgpub serve FILE…`` would serve."""
    write_files(folder, files)
    paths = [folder / name for name in files]
    return build(adhoc_plan(paths, folder / "releases", base_iri, union_default_graph=union), Silence()).release


def lines_about(release: Release, local: str, page: int = 1) -> tuple[str, ...]:
    """Return a page of the document about a thing below the base."""
    document = Documents(release.index).get(BASE + local, page)
    assert document is not None
    return document.lines


def run_kgpub(*arguments: str | Path, cwd: Path, **options: Any) -> "subprocess.CompletedProcess[str]":
    """Run the command line to its end."""
    return subprocess.run(
        [*KGPUB, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=60, check=False, **options
    )
