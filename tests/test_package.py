"""The package, made as it is published, in an empty environment outside the checkout."""

import os
import re
import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

import pytest

from conftest import serving

ROOT = Path(__file__).parents[1]
_PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment into which ``pip install kgpub-….tar.gz`` has installed kgpub; dependencies are borrowed.

    The archive has the bundles of the pages' scripts, so nothing is asked of npm.
    """
    folder = tmp_path_factory.mktemp("package")
    subprocess.run([*_PIP, "install", "--target", str(folder / "hatch"), "hatchling"], check=True)
    hatch = {"PYTHONPATH": str(folder / "hatch")}
    build = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, env=os.environ | hatch, check=True, stdout=subprocess.PIPE)
    (archive,) = folder.glob("kgpub-*.tar.gz")
    no_registry = {"npm_config_registry": "http://127.0.0.1:9/"}
    wheel_here = [*_PIP, "wheel", "--no-deps", "--wheel-dir", str(folder), str(archive)]
    subprocess.run(wheel_here, env=os.environ | no_registry, check=True)
    (wheel,) = folder.glob("kgpub-*.whl")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    subprocess.run([*_PIP, "--python", str(python), "install", "--no-deps", str(wheel)], check=True)
    borrowed = next(path for path in sys.path if path.endswith("site-packages"))
    (packages,) = (folder / "env" / "lib").glob("python*/site-packages")
    (packages / "borrowed.pth").write_text(borrowed + "\n", "utf-8")
    return folder / "env" / "bin"


def test_kgpub_serve_publishes_the_announcement(installed: Path, tmp_path: Path) -> None:
    with serving((), tmp_path, program=(str(installed / "kgpub"),)) as running:
        asked = urllib.request.Request(f"{running.address}/id/ccr", headers={"Accept": "text/html"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            page = answer.read().decode()
        assert "Canadian Council for Refugees" in page
        (script,) = re.findall(r'<script type="module" src="([^"]+)">', page)
        with urllib.request.urlopen(running.address + script, timeout=10) as answer:
            assert "suggestions" in answer.read().decode()
        assert list(tmp_path.iterdir()) == []
