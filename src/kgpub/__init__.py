"""kgpub: turn a folder of RDF into an immutable, validated release, and publish it as linked data.

From Python, a release opens with :func:`kgpub.open`::

    import kgpub

    with kgpub.open("releases/current") as kg:
        for row in kg.query("SELECT ?s WHERE { ?s a <http://example.org/Museum> } LIMIT 5"):
            print(row.s)
        graph = kg.describe("http://example.org/id/louvre")
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgpub.knowledge_graph import KnowledgeGraph

__all__ = ["open"]


def open(release: str | Path, *, seconds: float = 60.0, memory_mb: int = 4096) -> "KnowledgeGraph":  # noqa: A001 (read as kgpub.open)
    """Open a release, or the current one of a folder of releases, for queries from Python.

    A query may take *seconds* and *memory_mb*. Raises ``kgpub.errors.ReleaseMissing`` where there is no release.
    """
    from kgpub.knowledge_graph import KnowledgeGraph  # noqa: PLC0415 (imports rdflib, which a server must not)

    return KnowledgeGraph(Path(release), seconds=seconds, memory_mb=memory_mb)
