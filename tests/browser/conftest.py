"""A browser before a server of the announcement. Every test's page fails if it does what no page of ours may do."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, ViewportSize, sync_playwright

from browser.reader import Reader, open_reader
from browser.scripts import bundler
from conftest import Server

#: Without these Chromium asks its makers' hosts for news of itself.
_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

OpenReader = Callable[..., Reader]


def chromium_found() -> str | None:
    """Return the path of Chromium: without windows of its own, where that is installed."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


def chromium_command() -> dict[str, Any]:
    """Return how Playwright starts the machine's Chromium.

    Its sandbox wants user namespaces or no root; only pages of our own server are shown.
    """
    found = chromium_found()
    assert found is not None, "there is no Chromium; apt-get install chromium-headless-shell"
    return {"executable_path": found, "args": _QUIET, "chromium_sandbox": False}


@pytest.fixture(scope="package", autouse=True)
def _bundles() -> None:
    """The scripts, bundled from the sources that lie here; made before a server starts."""
    bundler()["bundle"]()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Playwright keeps an event loop, so it ends with this package's tests."""
    if chromium_found() is None and not os.environ.get("CI"):
        pytest.skip("there is no Chromium; apt-get install chromium-headless-shell")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(**chromium_command())


@pytest.fixture
def open_window(chromium: Browser, server: Server) -> Iterator[OpenReader]:
    """What opens windows, with options of ``Browser.new_context``; all of them must have been quiet in the end."""
    with ExitStack() as stack:
        readers = []

        def open_one(*scripts: str, **options: Any) -> Reader:
            context = chromium.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
            stack.callback(context.close)
            for script in scripts:
                context.add_init_script(script)
            readers.append(open_reader(context, server.address))
            return readers[-1]

        yield open_one
        assert [trouble for reader in readers for trouble in reader.troubles] == []


@pytest.fixture
def reader(open_window: OpenReader) -> Reader:
    """A window of the size of a desk's."""
    return open_window()
