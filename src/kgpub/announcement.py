"""Find the announcement's graph, which comes with kgpub: in the package, or in the checkout it is developed in."""

from importlib.resources import files
from pathlib import Path

from kgpub.settings import FILE_NAME


def announcement_settings() -> Path:
    """Return the settings file of the announcement's project."""
    packaged = Path(str(files("kgpub"))) / "announcement" / FILE_NAME
    return packaged if packaged.is_file() else Path(__file__).parents[2] / FILE_NAME
