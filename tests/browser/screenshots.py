"""Photograph every kind of page: ``scripts/screenshots``. The pictures are WebP, which keeps the repository small."""

import base64
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page, sync_playwright

from browser.conftest import DESKTOP, PHONE, chromium_command
from browser.page_kinds import PAGE_KINDS
from browser.scripts import bundler
from conftest import ROOT, serving

#: No picture is longer than two screens of its kind.
_SCREENS, _QUALITY = 2, 40
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_PLACES: tuple[tuple[str, Any], ...] = (("desktop", DESKTOP), ("phone", PHONE))


def photograph(folder: Path) -> None:
    """Write a picture of each kind of page, place and scheme into a folder, and remove what was there before."""
    bundler()["bundle"]()
    for old in (*folder.glob("*.png"), *folder.glob("*.webp")):
        old.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        serving(("--releases", str(ROOT / "releases")), Path(scratch)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**chromium_command())
        for place, viewport in _PLACES:
            for scheme in _SCHEMES:
                context = browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
                page = context.new_page()
                for kind, one in PAGE_KINDS.items():
                    page.goto(server.address + one.path)
                    (folder / f"{kind}-{place}-{scheme}.webp").write_bytes(_picture(page, viewport))
                context.close()


def _picture(page: Page, viewport: Any) -> bytes:
    page.wait_for_timeout(300)  # an editor or a picture of links is drawn after the page
    height = page.evaluate("document.documentElement.scrollHeight")
    clip = {
        "x": 0,
        "y": 0,
        "width": viewport["width"],
        "height": min(height, _SCREENS * viewport["height"]),
        "scale": 0.6,
    }
    asked = {"format": "webp", "quality": _QUALITY, "clip": clip, "captureBeyondViewport": True}
    return base64.b64decode(page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)["data"])


if __name__ == "__main__":
    photograph(Path(sys.argv[1]))
