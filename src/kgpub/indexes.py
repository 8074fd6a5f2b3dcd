"""Write both indexes of a release, of which the second is made from the first."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from kgpub.index import Lines, write_index
from kgpub.kinds import Kind
from kgpub.search_index import write_search
from kgpub.search_material import Material, Property
from kgpub.things import ThingList
from kgpub.tombstones import Tombstone


def write_indexes(  # noqa: PLR0913 (what a process of its own is handed)
    folder: Path,
    lines: Lines,
    is_quoted: Callable[[str], bool],
    language: str,
    *,
    about_blank_nodes: Lines,
    searched: tuple[Property, ...],
    things: ThingList | None = None,
    kinds: Mapping[str, Kind] = MappingProxyType({}),
    gone: Iterable[Tombstone] = (),
) -> None:
    """Write the document index, the search index and the list of all things into the folder of a release."""
    material = Material(folder / "search.things", searched)
    index = folder / "index.sqlite"
    write_index(
        index,
        lines,
        is_quoted,
        language,
        about_blank_nodes=about_blank_nodes,
        material=material,
        things=things,
        kinds=kinds,
        gone=gone,
    )
    write_search(folder / "search.sqlite", material, index)
