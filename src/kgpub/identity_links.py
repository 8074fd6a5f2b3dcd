"""Write the links that say that two things are one, for services that gather such links.

A file for each relation: what OWL calls the same, what Schema.org does and what SKOS calls an exact match are not as
strong as each other, and a gatherer takes what it can stand for. No relation is rewritten into another.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import NamedNode

from kgpub.content import Content
from kgpub.dump import compressed
from kgpub.linesort import LineSorter
from kgpub.release import Download, download
from kgpub.vocabulary import OWL, SCHEMA, SCHEMA_HTTP, SKOS


@dataclass(frozen=True, slots=True)
class IdentityRelation:
    """One way to say that two things are one: the properties for it, its file, and the file's titles by language."""

    file: str
    properties: tuple[str, ...]
    titles: Mapping[str, str]


IDENTITY_RELATIONS = (
    IdentityRelation(
        "owl-sameas.nt.gz",
        (OWL + "sameAs",),
        {"en": "Identity links: owl:sameAs", "fr": "Liens d’identité : owl:sameAs"},  # noqa: RUF001 (an apostrophe)
    ),
    IdentityRelation(
        "schema-sameas.nt.gz",
        (SCHEMA + "sameAs", SCHEMA_HTTP + "sameAs"),
        {"en": "Identity links: schema:sameAs", "fr": "Liens d’identité : schema:sameAs"},  # noqa: RUF001 (an apostrophe)
    ),
    IdentityRelation(
        "skos-exactmatch.nt.gz",
        (SKOS + "exactMatch",),
        {"en": "Identity links: skos:exactMatch", "fr": "Liens d’identité : skos:exactMatch"},  # noqa: RUF001 (an apostrophe)
    ),
)


def write_identity_links(relation: IdentityRelation, content: Content, folder: Path) -> Download | None:
    """Write the asserted links of one relation between a thing here and one elsewhere, as sorted N-Triples.

    None where there is no such link. One with a blank node is left out: nobody can follow it.
    """
    path = folder / relation.file
    triples = 0
    with closing(LineSorter(folder)) as links:
        for line in _links(relation, content):
            links.add(line)
        with compressed(path) as file:
            for line in links:
                file.write(f"{line}\n".encode())
                triples += 1
    if not triples:
        path.unlink()
        return None
    return replace(download(path, "application/n-triples", relation.titles), triples=triples)


def _links(relation: IdentityRelation, content: Content) -> Iterator[str]:
    base = content.base
    for property_ in relation.properties:
        for quad in content.store.quads(None, NamedNode(property_)):
            subject, value, graph = quad.subject, quad.object, quad.graph_name
            if not isinstance(subject, NamedNode) or not isinstance(value, NamedNode):
                continue
            is_inside = base.holds(subject.value) and base.holds(value.value)
            is_quoted = isinstance(graph, NamedNode) and content.is_quoted(graph.value)
            if not is_inside and not is_quoted:
                yield f"{quad.triple} ."
