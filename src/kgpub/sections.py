"""The tables on the pages of a class, as the settings declare them: paths followed over the document index.

A path is a few key look-ups with a cap at each step, never a query, so a page cannot wait for one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kgpub.description import Description
from kgpub.pages import Table
from kgpub.publication import Section
from kgpub.reader import Reader
from kgpub.rows import is_iri_token, literal_parts, rows_of
from kgpub.site import Site
from kgpub.values import Linker, Value
from kgpub.vocabulary import TYPE

_TYPE = f"<{TYPE}>"
#: Rows that one table shows at most; it says so where there are more.
ROWS_SHOWN = 50
#: Things that one step of a path leads to at most: a page of incoming links, and one more than a table shows.
_STEP_CAP = 100


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of a path: a property, followed forwards or backwards."""

    property: str
    is_inverse: bool


def tables_of(site: Site, description: Description, reader: Reader) -> tuple[Table, ...]:
    """Return the tables that the settings give the classes of the thing described; those without rows are left out."""
    if not site.publication.section:
        return ()
    classes = _classes(description)
    sections = [s for s in site.publication.section if any(site.base.resolve(c) in classes for c in s.classes)]
    tables = (_table(site, section, description.iri, reader) for section in sections)
    return tuple(table for table in tables if table.rows)


def _classes(description: Description) -> set[str]:
    thing = f"<{description.iri}>"
    return {row[2][1:-1] for row in description.rows if row[0] == thing and row[1] == _TYPE}


def _table(site: Site, section: Section, iri: str, reader: Reader) -> Table:
    thing = f"<{iri}>"
    found = _follow(site, [thing], section.path)
    others = [term for term in found if is_iri_token(term) and (term != thing or not section.path)]
    wanted = [term for term in others if _is_wanted(site, term, section.only)]
    things = wanted[:ROWS_SHOWN]
    cells = [[_follow(site, [thing], path) for path in section.columns.values()] for thing in things]
    terms = [term for row in cells for cell in row for term in cell]
    labels = site.documents.labels(term[1:-1] for term in terms if is_iri_token(term))
    linker = Linker(site, labels, reader)
    rows = tuple(tuple(tuple(_value(term, linker) for term in cell) for cell in row) for row in cells)
    return Table(section.title, tuple(section.columns), rows, is_cut=len(wanted) > len(things))


def _is_wanted(site: Site, thing: str, cls: str) -> bool:
    return not cls or f"<{site.base.resolve(cls)}>" in _step(site, thing, _Step(TYPE, is_inverse=False))


def _value(term: str, linker: Linker) -> Value:
    if is_iri_token(term):
        link = linker.link(term[1:-1])
        return Value(link=link, text=link.text)
    text, language, _ = literal_parts(term)
    return Value(text=text, language=language)


def _follow(site: Site, start: list[str], path: str) -> list[str]:
    found = start
    for step in _steps(site, path):
        reached = (term for thing in found if is_iri_token(thing) for term in _step(site, thing, step))
        found = list(dict.fromkeys(reached))[:_STEP_CAP]
    return found


def _steps(site: Site, path: str) -> Iterator[_Step]:
    """Read a path such as ``ontology/utteredIn > ^ontology/yields``; an empty one stays where it is."""
    for name in filter(None, (part.strip() for part in path.split(">"))):
        yield _Step(site.base.resolve(name.removeprefix("^")), is_inverse=name.startswith("^"))


def _step(site: Site, thing: str, step: _Step) -> list[str]:
    if step.is_inverse:
        incoming = site.documents.incoming_page(thing[1:-1], step.property, 1)
        return [f"<{iri}>" for iri in incoming.subjects] if incoming else []
    document = site.documents.get(thing[1:-1])
    if document is None:
        return []
    own = f"{thing} <{step.property}> "
    rows = rows_of(line for line in document.lines if line.startswith(own))
    return [row[2] for row in rows if row[2][0] == '"' or is_iri_token(row[2])]
