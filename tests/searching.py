"""Search indexes over a few lines, for the tests of search."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from kgpub.indexes import write_indexes
from kgpub.publication import Publication
from kgpub.search import Found, Search
from kgpub.search_material import searched_properties
from kgpub.vocabulary import RDFS, SKOS, TYPE

B = "https://example.org/"
LABEL, ALTERNATIVE, COMMENT = f"{RDFS}label", f"{SKOS}altLabel", f"{RDFS}comment"


def is_quoted(graph: str) -> bool:
    return graph.startswith("a:quoted")


def index_of(folder: Path, lines: Iterable[str], publication: Publication | None = None) -> Path:
    """Write the indexes of some lines and return the folder that they are in."""
    lines = sorted(set(lines))
    searched = searched_properties(publication or Publication(B))
    write_indexes(folder, lambda: lines, is_quoted, "en", about_blank_nodes=list, searched=searched)
    return folder


def search_of(folder: Path, lines: Iterable[str], publication: Publication | None = None) -> Search:
    return Search(index_of(folder, lines, publication) / "search.sqlite")


def thing(name: str, *texts: str, types: Iterable[str] = (), links: int = 0) -> list[str]:
    """Return lines about a thing: texts are labels, or begin with ``alt:`` or ``note:``; each may end with ``@fr``."""
    lines = [f"<a:{name}> <{TYPE}> <a:{type_}> ." for type_ in types]
    lines += [f"<a:from-{name}-{number}> <a:links> <a:{name}> ." for number in range(links)]
    for text in texts:
        kind, _, rest = text.partition(":") if text.startswith(("alt:", "note:")) else ("", "", text)
        words, at, language = rest.rpartition("@") if rest[-3:-2] == "@" else (rest, "", "")
        property_ = {"": LABEL, "alt": ALTERNATIVE, "note": COMMENT}[kind]
        escaped = words.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'<a:{name}> <{property_}> "{escaped}"{at}{language} .')
    return lines


def names_of(found: Found) -> list[str]:
    return [hit.iri.removeprefix("a:") for hit in found.hits]


def lines_of(things: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the lines of things by name."""
    return [line for name, texts in things.items() for line in thing(name, *texts)]
