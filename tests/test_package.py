"""The wheel, in an empty environment outside the checkout."""

import subprocess
import sys
import urllib.request
import venv
from pathlib import Path

import pytest

from conftest import serving

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment into which ``pip install .`` has installed kgpub, dependencies borrowed from this one."""
    folder = tmp_path_factory.mktemp("package")
    venv.create(folder / "env", with_pip=False)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("kgpub-*.whl")
    python = folder / "env" / "bin" / "python"
    subprocess.run([*pip, "--python", str(python), "install", "--no-deps", str(wheel)], check=True)
    borrowed = next(path for path in sys.path if path.endswith("site-packages"))
    (packages,) = (folder / "env" / "lib").glob("python*/site-packages")
    (packages / "borrowed.pth").write_text(borrowed + "\n", "utf-8")
    return folder / "env" / "bin"


def test_kgpub_serve_publishes_the_announcement(installed: Path, tmp_path: Path) -> None:
    with serving((), tmp_path, program=(str(installed / "kgpub"),)) as running:
        with urllib.request.urlopen(f"{running.address}/id/ccr", timeout=10) as answer:
            assert b"Canadian Council for Refugees" in answer.read()
        assert list(tmp_path.iterdir()) == []
