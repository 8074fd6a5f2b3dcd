"""What a release is made of: its classes, properties and named graphs, with figures, a page at a time."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from kgpub.description import Description, Labels, label_lines, paging_lines
from kgpub.numbered_pages import check_page, count_pages, page_address, page_links
from kgpub.reader import Reader, plain_reader
from kgpub.release import DATASET, SUBJECTS_A_PAGE
from kgpub.selection import BROWSE, Selection
from kgpub.site import Site
from kgpub.values import Link, Linker
from kgpub.vocabulary import HYDRA, RDFS, TYPE, VOID, integer

#: Parts of each kind in the overview.
PARTS_SHOWN = 25


class PartKind(Enum):
    """A kind of parts; the value is its name in addresses."""

    CLASSES = "classes"
    PROPERTIES = "properties"
    GRAPHS = "graphs"


@dataclass(frozen=True, slots=True)
class Part:
    """A class, property or graph: how many things have it, None of a graph, and of how many nodes or triples it is."""

    iri: str
    things: int | None
    stated: int
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class PartList:
    """Some parts of one kind, how many there are in all, and the page of the list that they are on."""

    kind: PartKind
    parts: tuple[Part, ...]
    total: int
    page: int = 1

    @property
    def pages(self) -> int:
        """Return how many pages the list has."""
        return count_pages(self.total, SUBJECTS_A_PAGE)

    @property
    def address(self) -> str:
        """Return the address of the list relative to the root."""
        return f"{BROWSE}/{self.kind.value}"


def part_list(site: Site, kind: PartKind, page: int = 1) -> PartList:
    """Return one page of the parts of a kind; raise ``NotDescribed`` where it is beyond the last."""
    if kind is PartKind.GRAPHS:
        graphs = sorted(site.release.manifest.graphs, key=lambda graph: (graph.quoted, -graph.triples, graph.iri))
        some = graphs[(page - 1) * SUBJECTS_A_PAGE : page * SUBJECTS_A_PAGE]
        parts = tuple(Part(graph.iri, None, graph.triples, graph.quoted) for graph in some)
        found = PartList(kind, parts, len(graphs), page)
    else:
        found = _ranked(site, kind, page)
    check_page(f"The list of {kind.value}", page, found.pages)
    return found


def overview(site: Site) -> tuple[PartList, ...]:
    """Return the first parts of each kind."""
    lists = (part_list(site, kind) for kind in PartKind)
    return tuple(PartList(found.kind, found.parts[:PARTS_SHOWN], found.total) for found in lists)


def _ranked(site: Site, kind: PartKind, page: int) -> PartList:
    is_class = kind is PartKind.CLASSES
    ranking = site.things.ranking("class" if is_class else "property", page)
    if ranking is None:
        first = site.things.ranking("class" if is_class else "property", 1)
        return PartList(kind, (), first.total if first else 0, page)
    rows = ((iri, a, b) if is_class else (iri, b, a) for a, b, iri in ranking.rows)
    return PartList(kind, tuple(Part(iri, things, stated) for iri, things, stated in rows), ranking.total, page)


def labels_of(site: Site, lists: tuple[PartList, ...]) -> Labels:
    """Return the labels of all parts."""
    return site.documents.labels(part.iri for found in lists for part in found.parts)


def parts_as_description(site: Site, lists: tuple[PartList, ...]) -> Description:
    """Return parts as RDF: the partitions of the data set (VoID, section 4.5), its graphs, and labels."""
    only = lists[0] if len(lists) == 1 else None
    address = site.base.resolve(only.address if only else f"{BROWSE}/")
    labels = labels_of(site, lists)
    return Description(
        iri=address,
        document_iri=address,
        page=1,
        pages=1,
        statements=tuple(line for found in lists for line in _part_lines(site, found)),
        incoming=(),
        labels=labels,
        context=tuple(label_lines(labels, "")),
        about=tuple(paging_lines(address, only.page, only.pages, only.total) if only else _more(site, address, lists)),
    )


def _more(site: Site, address: str, lists: tuple[PartList, ...]) -> Iterator[str]:
    for found in lists:
        listing = site.base.resolve(found.address)
        yield f"<{address}> <{RDFS}seeAlso> <{listing}> ."
        yield f"<{listing}> <{TYPE}> <{HYDRA}Collection> ."
        yield f"<{listing}> <{HYDRA}totalItems> {integer(found.total)} ."


def _part_lines(site: Site, found: PartList) -> Iterator[str]:
    dataset = site.base.resolve(DATASET) if site.has_catalog else site.base.iri
    for number, part in enumerate(found.parts, (found.page - 1) * SUBJECTS_A_PAGE + 1):
        if found.kind is PartKind.CLASSES:
            partition = site.base.resolve(Selection(part.iri).address)
            yield f"<{dataset}> <{VOID}classPartition> <{partition}> ."
            yield f"<{partition}> <{TYPE}> <{HYDRA}Collection> ."
            yield f"<{partition}> <{VOID}class> <{part.iri}> ."
            yield f"<{partition}> <{VOID}entities> {integer(part.stated)} ."
            yield f"<{partition}> <{HYDRA}totalItems> {integer(part.things or 0)} ."
        elif found.kind is PartKind.PROPERTIES:
            partition = f"{site.base.resolve(found.address)}#{number}"
            yield f"<{dataset}> <{VOID}propertyPartition> <{partition}> ."
            yield f"<{partition}> <{VOID}property> <{part.iri}> ."
            yield f"<{partition}> <{VOID}triples> {integer(part.stated)} ."
        else:
            yield f"<{site.base.resolve(found.address)}> <{HYDRA}member> <{part.iri}> ."
            yield f"<{part.iri}> <{VOID}triples> {integer(part.stated)} ."


def parts_as_json(site: Site, lists: tuple[PartList, ...]) -> bytes:
    """Return parts as JSON; docs/reference/browse.md describes its members, which stay."""
    linker = Linker(site, labels_of(site, lists), plain_reader(site))
    sections = {found.kind.value: _section(site, found, linker) for found in lists}
    document = {"release": site.release.manifest.id, **sections}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _section(site: Site, found: PartList, linker: Linker) -> dict[str, object]:
    address = site.base.resolve(found.address)
    after = found.page + 1
    return {
        "address": page_address(address, found.page),
        "total": found.total,
        "next": page_address(address, after) if after <= found.pages and len(found.parts) == SUBJECTS_A_PAGE else None,
        "items": [_item(site, found.kind, part, linker) for part in found.parts],
    }


def _item(site: Site, kind: PartKind, part: Part, linker: Linker) -> dict[str, object]:
    label = linker.label(part.iri)
    item: dict[str, object] = {"iri": part.iri, "label": label.text if label else None}
    if kind is PartKind.CLASSES:
        list_ = site.base.resolve(Selection(part.iri).address)
        return item | {"things": part.things, "instances": part.stated, "list": list_}
    if kind is PartKind.PROPERTIES:
        return item | {"things": part.things, "triples": part.stated}
    return item | {"triples": part.stated, "quoted": part.is_quoted}


def parts_as_csv(site: Site, lists: tuple[PartList, ...]) -> bytes:
    """Return parts as CSV (RFC 4180) with a header: *stated* are the nodes of a class, the triples of all else."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("kind", "iri", "label", "things", "stated"))
    linker = Linker(site, labels_of(site, lists), plain_reader(site))
    for found in lists:
        for part in found.parts:
            label = linker.label(part.iri)
            things = "" if part.things is None else part.things
            writer.writerow((found.kind.value, part.iri, label.text if label else "", things, part.stated))
    return out.getvalue().encode()


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part as the page shows it: *href* is the list of its things, if it is a class."""

    link: Link
    part: Part
    href: str


@dataclass(frozen=True, slots=True)
class PartTable:
    """The parts of one kind as the page shows them, and the addresses of the list and of its other pages."""

    list: PartList
    rows: tuple[PartRow, ...]
    href: str
    first: str | None
    previous: str | None
    next: str | None
    last: str | None


def part_tables(site: Site, lists: tuple[PartList, ...], reader: Reader) -> tuple[PartTable, ...]:
    """Return parts for the page."""
    linker = Linker(site, labels_of(site, lists), reader)
    return tuple(_table(found, linker) for found in lists)


def _table(found: PartList, linker: Linker) -> PartTable:
    reader = linker.reader
    is_class = found.kind is PartKind.CLASSES
    rows = (
        PartRow(linker.link(part.iri), part, reader.at(Selection(part.iri).address) if is_class else "")
        for part in found.parts
    )
    address = f"{reader.root}/{found.address}"
    others = {name: reader.keep(other) for name, other in page_links(address, found.page, found.pages)}
    names = (others.get("first"), others.get("prev"), others.get("next"), others.get("last"))
    return PartTable(found, tuple(rows), reader.keep(address), *names)
