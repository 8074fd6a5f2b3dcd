"""Make the downloads of a release, each by its own module."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

from kgpub.argument_map import write_argument_map
from kgpub.content import Content
from kgpub.dump import write_asserted, write_quads
from kgpub.identity_links import IDENTITY_RELATIONS, write_identity_links
from kgpub.mapping_table import write_mapping_table
from kgpub.nanopublications import write_nanopublications
from kgpub.publication import Publication
from kgpub.reifiers import write_reifiers
from kgpub.release import Download
from kgpub.statements import Statements
from kgpub.statistics import Statistics
from kgpub.tasks import Crew, Task
from kgpub.view_index import write_views
from kgpub.vocabulary import SSSOM

#: Writes one download into a folder, or gives None where there is nothing to write, or only a file for the server.
Exporter = Callable[[Content, Path], Download | None]


def start_dumps(statements: Statements, publication: Publication, folder: Path, crew: Crew) -> list[Task[Download]]:
    """Start to write the whole graph, into a folder."""
    return [
        crew.start_giving_way(write_quads, statements.quads, folder),
        crew.start_giving_way(write_asserted, statements.triples, publication, folder),
    ]


def exporters(publication: Publication, statistics: Statistics) -> Iterator[Exporter]:
    """Yield what makes the other downloads, in a fixed order: those for which there is anything.

    That is what the settings ask for, views among it, the table of mappings where the release has instances of their
    class, and identity links where it has their properties.
    """
    exports = publication.exports
    wanted: tuple[tuple[Exporter, object], ...] = (
        (write_mapping_table, SSSOM + "Mapping" in statistics.classes),
        (write_argument_map, exports.argument_map),
        (write_reifiers, exports.reifies),
        (write_nanopublications, exports.nanopublications),
        (write_views, any(asdict(publication.views).values())),
    )
    yield from (export for export, is_wanted in wanted if is_wanted)
    for relation in IDENTITY_RELATIONS:
        if any(property_ in statistics.properties for property_ in relation.properties):
            yield partial(write_identity_links, relation)
