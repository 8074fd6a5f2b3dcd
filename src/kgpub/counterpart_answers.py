"""Our counterparts of IRIs from elsewhere as JSON, RDF, CSV, and as a page shows them."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from kgpub.counterparts import Counterpart, Counterparts
from kgpub.description import label_lines
from kgpub.reader import Reader
from kgpub.rows import is_iri_token, rows_of
from kgpub.site import Site
from kgpub.values import Link, Linker
from kgpub.vocabulary import FOAF, TYPE

#: Where they are asked for.
ADDRESS = "lookup"


@dataclass(frozen=True, slots=True)
class Shown:
    """A counterpart with links: to the thing, to the relation (None where it is the thing itself), to the record."""

    counterpart: Counterpart
    thing: Link
    relation: Link | None
    record: Link | None


@dataclass(frozen=True, slots=True)
class ShownCounterparts:
    """What was found for one IRI."""

    asked: str
    found: tuple[Shown, ...]
    more: tuple[str, ...]


def address_of(asked: Iterable[str]) -> str:
    """Return the address of the answer about IRIs, below the root of the server."""
    query = "&".join(f"uri={quote(iri, safe='')}" for iri in asked)
    return f"{ADDRESS}?{query}" if query else ADDRESS


def shown(site: Site, results: Sequence[Counterparts], reader: Reader) -> tuple[ShownCounterparts, ...]:
    """Return results with links."""
    named = {iri for result in results for one in result.found for iri in (one.thing, one.record) if iri}
    linker = Linker(site, site.documents.labels(named), reader)
    return tuple(
        ShownCounterparts(
            result.asked,
            tuple(_shown(one, linker) for one in result.found),
            tuple(reader.at(address) for address in result.more),
        )
        for result in results
    )


def _shown(one: Counterpart, linker: Linker) -> Shown:
    relation = linker.term(one.relation) if one.relation else None
    return Shown(one, linker.link(one.thing), relation, linker.link(one.record) if one.record else None)


def as_json(site: Site, results: Sequence[ShownCounterparts]) -> bytes:
    """Return results as JSON: for each IRI, in the order asked, our things and how they are related to it."""
    document = {
        "release": site.release.manifest.id,
        "results": [
            {
                "uri": result.asked,
                "things": [_thing(one) for one in result.found],
                "isComplete": not result.more,
                **({"more": list(result.more)} if result.more else {}),
            }
            for result in results
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _thing(one: Shown) -> dict[str, object]:
    found = one.counterpart
    return {
        "iri": found.thing,
        "label": one.thing.text,
        "href": one.thing.href,
        "relation": found.relation or None,
        "relationName": one.relation.name if one.relation else None,
        "isIdentity": found.is_identity,
        "uri": found.iri,
        **({"record": found.record} if found.record else {}),
    }


def as_csv(results: Sequence[ShownCounterparts]) -> bytes:
    """Return results as CSV (RFC 4180), a row for each thing; an IRI without any has a row of its own."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("asked", "thing", "label", "relation", "uri", "record"))
    for result in results:
        for one in result.found:
            found = one.counterpart
            writer.writerow((result.asked, found.thing, one.thing.text, found.relation, found.iri, found.record))
        if not result.found:
            writer.writerow((result.asked, "", "", "", "", ""))
    return out.getvalue().encode()


def lines_of(site: Site, results: Sequence[Counterparts]) -> list[str]:
    """Return N-Triples lines: links as they are stated, mapping records, labels, and what the document is about.

    Nothing is said that the data does not say: no link of another spelling, no link that only a record makes.
    """
    address = site.base.resolve(address_of(result.asked for result in results))
    found = [one for result in results for one in result.found]
    stated = [one.statement for one in found if one.statement]
    recorded = [line for one in found if one.record for line in _record_lines(site, one.record)]
    labels = site.documents.labels(one.thing for one in found)
    about = [f"<{address}> <{TYPE}> <{FOAF}Document> .", *(f"<{address}> {said}" for said in site.imprint)]
    topics = [f"<{address}> <{FOAF}topic> <{one.thing}> ." for one in found]
    return list(dict.fromkeys((*stated, *recorded, *label_lines(labels, ""), *about, *topics)))


def _record_lines(site: Site, record: str) -> list[str]:
    document = site.documents.get(record)
    rows = rows_of(document.lines) if document else []
    return [f"{subject} {predicate} {value} ." for subject, predicate, value, _ in rows if is_iri_token(subject)]
