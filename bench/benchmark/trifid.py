"""Trifid, the linked data server from npm; it asks ``oxigraph serve`` for everything."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmark.graph import BASE, Dataset
from benchmark.systems import Place, System, Unavailable

_PACKAGE = "trifid@5.3.0"


class Trifid(System):
    """Trifid with its entity renderer, before the SPARQL endpoint that *needs* names."""

    def install(self, place: Place) -> None:
        """Install the package into a folder of the cache."""
        folder = place.cache / "trifid"
        if (folder / "node_modules" / ".bin" / "trifid").exists():
            return
        if shutil.which("npm") is None:
            raise Unavailable("npm is not installed")
        folder.mkdir(parents=True, exist_ok=True)
        got = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--no-progress", "--prefix", str(folder), _PACKAGE],  # noqa: S607
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if got.returncode:
            raise Unavailable(f"npm install {_PACKAGE} failed: {got.stderr.strip().rpartition(chr(10))[2]}")

    def command(self, place: Place, data: Dataset) -> Sequence[str]:  # noqa: ARG002 (another server has it)
        """Return Trifid with a configuration of its own."""
        configuration = Path(__file__).with_name("trifid.yaml")
        program = place.cache / "trifid" / "node_modules" / ".bin" / "trifid"
        folder = place.cache / "trifid"
        shutil.copy(configuration, folder / "bench.yaml")
        return [str(program), "--config", str(folder / "bench.yaml"), "--port", str(place.port)]

    def environment(self, place: Place) -> Mapping[str, str]:
        """Return the addresses that its configuration reads."""
        endpoint = (place.folder / f"{self.needs}.endpoint").read_text("utf-8")
        return {"DATASET_BASE_URL": BASE, "SPARQL_ENDPOINT_URL": endpoint, "NODE_ENV": "production"}

    def version(self, place: Place) -> str:  # noqa: ARG002 (it is the one asked for)
        """Return the package's version."""
        return _PACKAGE
