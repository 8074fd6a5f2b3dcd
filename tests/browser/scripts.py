"""The scripts of the pages, and what they are tested with, from npm."""

import runpy
from functools import cache
from pathlib import Path
from typing import Any

WEB_UI = Path(__file__).parents[2] / "web-ui"


@cache
def bundler() -> dict[str, Any]:
    """Return the names of ``web-ui/bundle.py``."""
    return runpy.run_path(str(WEB_UI / "bundle.py"))


@cache
def axe() -> str:
    """Return axe-core, which finds what keeps people from using a page."""
    bundler()["install_packages"]()
    return (WEB_UI / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
