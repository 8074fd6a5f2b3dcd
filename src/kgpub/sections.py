"""The tables on the pages of a class, as the settings declare them: paths followed over the document index.

A path is a few key look-ups with a cap at each step, never a query, so a page cannot wait for one.
"""

from collections.abc import Iterator, Mapping

from kgpub.description import Description
from kgpub.pages import Table
from kgpub.paths import Paths
from kgpub.publication import Section
from kgpub.reader import Reader
from kgpub.rows import is_iri_token, literal_parts
from kgpub.site import Site
from kgpub.texts import setting_for
from kgpub.values import Linker, Value
from kgpub.vocabulary import TYPE

_TYPE = f"<{TYPE}>"
#: Rows that one table shows at most; it says so where there are more.
ROWS_SHOWN = 50


def tables_of(site: Site, description: Description, reader: Reader) -> tuple[Table, ...]:
    """Return the tables that the settings give the classes of the thing described; those without rows are left out."""
    if not site.publication.section:
        return ()
    classes = _classes(description)
    sections = [s for s in site.publication.section if any(site.base.resolve(c) in classes for c in s.classes)]
    paths = Paths(site)
    tables = (_table(site, paths, section, description.iri, reader) for section in sections)
    return tuple(table for table in tables if table.rows)


def _classes(description: Description) -> set[str]:
    thing = f"<{description.iri}>"
    return {row[2][1:-1] for row in description.rows if row[0] == thing and row[1] == _TYPE}


def _table(site: Site, paths: Paths, section: Section, iri: str, reader: Reader) -> Table:
    thing = f"<{iri}>"
    found = paths.follow([thing], section.path)
    others = [term for term in found if is_iri_token(term) and (term != thing or not section.path)]
    wanted = [term for term in others if _is_wanted(site, paths, term, section.only)]
    things = wanted[:ROWS_SHOWN]
    cells = [[paths.follow([thing], path) for path in section.columns.values()] for thing in things]
    terms = [term for row in cells for cell in row for term in cell]
    labels = site.documents.labels(term[1:-1] for term in terms if is_iri_token(term))
    linker = Linker(site, labels, reader)
    rows = tuple(tuple(tuple(_value(term, linker) for term in cell) for cell in row) for row in cells)
    title = setting_for(site, reader, section.title)
    columns = tuple(setting_for(site, reader, texts) for texts in _columns(section))
    return Table(title, columns, rows, is_cut=len(wanted) > len(things))


def _columns(section: Section) -> Iterator[Mapping[str, str]]:
    for at, title in enumerate(section.columns):
        yield {"": title} | {tag: titles[at] for tag, titles in section.column_titles.items()}


def _is_wanted(site: Site, paths: Paths, thing: str, cls: str) -> bool:
    return not cls or f"<{site.base.resolve(cls)}>" in paths.values(thing, TYPE)


def _value(term: str, linker: Linker) -> Value:
    if is_iri_token(term):
        link = linker.link(term[1:-1])
        return Value(link=link, text=link.text)
    text, language, _ = literal_parts(term)
    return Value(text=text, language=language)
