"""Everything that is looked for: what a client expects, which specification says so, how bad it is where it fails."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

ERROR, WARNING, NOTE = SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation, with the clause that it follows from; *id* is its name in reports."""

    id: str
    severity: str
    expected: str
    clause: str


def _read() -> Mapping[str, Rule]:
    lines = files("kgpub").joinpath("check/rules.csv").read_text("utf-8").splitlines()
    return {row["id"]: Rule(**row) for row in csv.DictReader(lines)}


#: The rules of ``rules.csv`` by their ids, in its order.
RULES: Mapping[str, Rule] = _read()
