"""Paths of properties, followed over the document index: a few key look-ups with a cap at each step, never a query."""

from collections.abc import Iterable, Sequence

from kgpub.page_kinds import steps_in
from kgpub.rows import Row, is_iri_token, rows_of
from kgpub.site import Site

#: Things that one step of a path leads to at most: a page of incoming links.
STEP_CAP = 100


class Paths:
    """Follows paths for one page; what it has read is kept as long as the page is being made.

    A path is names of properties, relative to the base, with ``>`` between them and ``^`` in front of one that is
    followed backwards: ``ontology/utteredIn > ^ontology/yields``. An empty path stays where it is.
    """

    def __init__(self, site: Site) -> None:
        """Take the release to read."""
        self._site = site
        self._lines: dict[str, tuple[str, ...]] = {}
        self._steps: dict[str, list[tuple[str, bool]]] = {}

    def follow(self, start: Iterable[str], path: str) -> list[str]:
        """Return where a path leads from some terms, each once, in the order of the index."""
        found = list(start)
        for property_, is_inverse in self._steps_of(path):
            step = self.pointing_at if is_inverse else self.values
            reached = (term for thing in found if is_iri_token(thing) for term in step(thing, property_))
            found = list(dict.fromkeys(reached))[:STEP_CAP]
        return found

    def values(self, thing: str, property_: str) -> list[str]:
        """Return the values of a property on a thing that are IRIs or literals."""
        own = f"{thing} <{property_}> "
        rows = rows_of(line for line in self._lines_about(thing) if line.startswith(own))
        return [row[2] for row in rows if row[2][0] == '"' or is_iri_token(row[2])]

    def pointing_at(self, thing: str, property_: str) -> list[str]:
        """Return the first things that point at a thing with a property."""
        incoming = self._site.documents.incoming_page(thing[1:-1], property_, 1)
        return [f"<{iri}>" for iri in incoming.subjects] if incoming else []

    def rows(self, thing: str) -> list[Row]:
        """Return the first page of what is said of a thing, and of the blank nodes in it."""
        return rows_of(self._lines_about(thing))

    def _lines_about(self, thing: str) -> Sequence[str]:
        lines = self._lines.get(thing)
        if lines is None:
            document = self._site.documents.get(thing[1:-1])
            lines = self._lines[thing] = document.lines if document else ()
        return lines

    def _steps_of(self, path: str) -> list[tuple[str, bool]]:
        steps = self._steps.get(path)
        if steps is None:
            named = ((name.removeprefix("^"), name.startswith("^")) for name in steps_in(path))
            steps = self._steps[path] = [(self._site.base.resolve(name), is_inverse) for name, is_inverse in named]
        return steps
