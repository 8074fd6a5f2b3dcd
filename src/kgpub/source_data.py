"""The outline of a source as JSON and CSV. The text itself is in neither."""

from collections.abc import Iterable, Iterator

from kgpub.outline import OutlinePage, Said, Unit
from kgpub.site import Site
from kgpub.view_data import CELL_SEPARATOR, Labelled, csv_body, json_body
from kgpub.view_tables import STANCES

_ABOUT = ("issue", *STANCES)
_COLUMNS = ("unit", "unit_label", "role", "section", "paragraph", "start", "end", "sha256", "reason",
            "claim", "claim_label", *_ABOUT, "attribution")  # fmt: skip


def iris_of(units: Iterable[Unit]) -> Iterator[str]:
    """Yield the things that units speak of."""
    for unit in units:
        yield from (unit.iri, unit.section, unit.paragraph, unit.text, unit.reason)
        for said in unit.said:
            yield said.claim
            for values in said.values.values():
                yield from values
            for level in said.chain:
                yield from (level.agent, level.manner)
        yield from (marked.about for marked in unit.marked)


def outline_as_json(site: Site, page: OutlinePage) -> bytes:
    """Return a page of the outline as JSON; docs/reference/views.md describes its members, which stay."""
    offered = (iri for values in page.offered.values() for iri, _ in values)
    named = Labelled(site, (*iris_of(page.units), *page.choice.values.values(), *offered))
    return json_body(
        site,
        page.choice.address,
        {
            "chosen": {name: named.thing(iri) for name, iri in page.choice.values.items()},
            "total": {"units": page.units_total, "claims": page.claims_total},
            "page": page.choice.page,
            "pages": page.pages,
            "complete": not page.is_cut,
            "offered": {
                name: [{"value": named.thing(iri), "claims": claims} for iri, claims in values]
                for name, values in page.offered.items()
            },
            "units": [_unit(named, unit) for unit in page.units],
        },
    )


def unit_as_json(site: Site, unit: Unit, address: str) -> bytes:
    """Return one unit as JSON, as it stands in the outline, with the spans inside it."""
    named = Labelled(site, iris_of([unit]))
    spans = [
        {"role": each.role, "about": named.thing(each.about), "start": each.start, "end": each.end}
        for each in unit.marked
    ]
    return json_body(site, address, {"unit": _unit(named, unit) | {"spans": spans}})


def _unit(named: Labelled, unit: Unit) -> dict[str, object]:
    return {
        **(named.thing(unit.iri) or {}),
        "name": unit.name,
        "role": unit.role,
        "section": named.thing(unit.section),
        "paragraph": named.thing(unit.paragraph),
        "text": named.thing(unit.text),
        "start": unit.start if unit.start >= 0 else None,
        "end": unit.end if unit.end >= 0 else None,
        "sha256": unit.sha256 or None,
        "reason": named.thing(unit.reason),
        "claims": [_claim(named, said) for said in unit.said],
    }


def _claim(named: Labelled, said: Said) -> dict[str, object]:
    chain = [
        {"level": each.level, "agent": named.thing(each.agent), "manner": named.thing(each.manner)}
        for each in said.chain
    ]
    about = {name: named.things(said.values[name]) for name in _ABOUT}
    return {**(named.thing(said.claim) or {}), **about, "attribution": chain}


def units_as_csv(site: Site, units: tuple[Unit, ...]) -> bytes:
    """Return units as CSV: a row for each claim in each, one for a unit without; people and codes by their IRIs."""
    named = Labelled(site, (iri for unit in units for iri in (unit.iri, *(said.claim for said in unit.said))))
    return csv_body(_COLUMNS, (row for unit in units for row in _rows(named, unit)))


def _rows(named: Labelled, unit: Unit) -> Iterator[tuple[object, ...]]:
    start, end = ("" if offset < 0 else offset for offset in (unit.start, unit.end))
    groups = (unit.section, unit.paragraph)
    head = (unit.iri, named.text(unit.iri), unit.role, *groups, start, end, unit.sha256, unit.reason)
    for said in unit.said:
        about = (CELL_SEPARATOR.join(said.values[name]) for name in _ABOUT)
        chain = CELL_SEPARATOR.join(level.agent for level in said.chain)
        yield (*head, said.claim, named.text(said.claim), *about, chain)
    if not unit.said:
        yield (*head, *("" for _ in range(len(_COLUMNS) - len(head))))
