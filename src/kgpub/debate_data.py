"""Debates as JSON and CSV."""

from collections.abc import Iterator

from kgpub.debate import DEBATE, Argument, Debate, debate_address
from kgpub.debate_page import iris_of
from kgpub.site import Site
from kgpub.view_data import CELL_SEPARATOR, Labelled, csv_body, json_body
from kgpub.view_tables import STANCES

_REASONS = (("supports", "stated"), ("supports", "inferred"), ("attacks", "stated"), ("attacks", "inferred"))
_COLUMNS = ("issue", "position", "position_label", "stance", *STANCES,
            "supported_stated", "supported_inferred", "attacked_stated", "attacked_inferred")  # fmt: skip


def issues_as_json(site: Site, issues: dict[str, dict[str, int]]) -> bytes:
    """Return the list of issues as JSON."""
    named = Labelled(site, issues)
    listed = [
        {**(named.thing(issue) or {}), "positions": totals, "address": site.base.resolve(debate_address(issue))}
        for issue, totals in issues.items()
    ]
    return json_body(site, f"{DEBATE}/", {"issues": listed})


def issues_as_csv(site: Site, issues: dict[str, dict[str, int]]) -> bytes:
    """Return the list of issues as CSV."""
    named = Labelled(site, issues)
    rows = ((issue, named.text(issue), *totals.values()) for issue, totals in issues.items())
    return csv_body(("issue", "issue_label", "for", "against", "context"), rows)


def debate_as_json(site: Site, debate: Debate) -> bytes:
    """Return a debate as JSON; docs/reference/views.md describes its members, which stay."""
    named = Labelled(site, iris_of(debate))
    positions = [
        {
            **(named.thing(position.iri) or {}),
            "stance": position.stance,
            **{name: named.things(position.values[name]) for name in STANCES},
        }
        for position in debate.positions
    ]
    members = {
        "issue": named.thing(debate.issue),
        "total": debate.totals,
        "complete": not debate.is_cut,
        "positions": positions,
        "premises": named.things(debate.others),
        "arguments": [_argument(named, argument) for argument in debate.arguments],
    }
    return json_body(site, debate.address, members)


def _argument(named: Labelled, argument: Argument) -> dict[str, object]:
    return {
        "premise": argument.premise,
        "conclusion": argument.conclusion,
        "effect": argument.effect,
        "basis": argument.basis,
        "scheme": named.thing(argument.scheme),
        "relation": named.thing(argument.relation),
    }


def debate_as_csv(site: Site, debate: Debate) -> bytes:
    """Return a debate as CSV: a row for each position, with what supports and attacks it."""
    named = Labelled(site, (position.iri for position in debate.positions))
    return csv_body(_COLUMNS, _rows(named, debate))


def _rows(named: Labelled, debate: Debate) -> Iterator[tuple[object, ...]]:
    reasons: dict[tuple[str, str, str], dict[str, None]] = {}
    for each in debate.arguments:
        reasons.setdefault((each.conclusion, each.effect, each.basis), {})[each.premise] = None
    for position in debate.positions:
        about = (CELL_SEPARATOR.join(position.values[name]) for name in STANCES)
        bearing = (CELL_SEPARATOR.join(reasons.get((position.iri, *kind), ())) for kind in _REASONS)
        yield (debate.issue, position.iri, named.text(position.iri), position.stance, *about, *bearing)
