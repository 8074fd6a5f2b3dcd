"""Make the downloads of a release, each by its own module."""

from collections.abc import Callable, Iterator
from pathlib import Path

from kgpub.argument_map import write_argument_map
from kgpub.content import Content
from kgpub.dump import write_asserted, write_quads
from kgpub.mapping_table import write_mapping_table
from kgpub.nanopublications import write_nanopublications
from kgpub.reifiers import write_reifiers
from kgpub.release import DUMPS, Download

#: Writes one download into a folder, or gives None where there is nothing to write or the settings do not ask for it.
Exporter = Callable[[Content, Path], Download | None]

_EXPORTERS: tuple[Exporter, ...] = (
    write_quads,
    write_asserted,
    write_mapping_table,
    write_argument_map,
    write_reifiers,
    write_nanopublications,
)


def write_downloads(content: Content, release: Path) -> tuple[Download, ...]:
    """Write every download of a release into its folder and return what is said of each, in a fixed order."""
    folder = release / DUMPS
    folder.mkdir()
    return tuple(_made(content, folder))


def _made(content: Content, folder: Path) -> Iterator[Download]:
    for export in _EXPORTERS:
        if (made := export(content, folder)) is not None:
            yield made
