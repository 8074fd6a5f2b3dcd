"""The scripts of the pages, as ``web-ui/bundle.py`` bundled them; without them every page still works."""

import json
from collections.abc import Mapping
from importlib.resources import files

#: Below the address of static files.
FOLDER = "ui"


def bundled_scripts() -> Mapping[str, str]:
    """Return the files of the scripts by name, below ``static``; none where kgpub was installed without them.

    The name of a file carries a digest of its content, so it never changes.
    """
    manifest = files("kgpub").joinpath("static", FOLDER, "manifest.json")
    if not manifest.is_file():
        return {}
    return {name: f"{FOLDER}/{file}" for name, file in json.loads(manifest.read_bytes())["scripts"].items()}
