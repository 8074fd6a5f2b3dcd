"""How classes use properties, counted in the pass over the statements and checked against the announcement's store."""

from collections import defaultdict
from pathlib import Path

import pytest

from kgpub import statistics
from kgpub import usage as usage_module
from kgpub.nquads import split_line
from kgpub.statistics import count
from kgpub.usage import ClassUsage, PropertyUsage, Usage, UsageTally
from kgpub.vocabulary import OWL, TYPE

BASE = "https://example.org/"
LINES = sorted([
    f"<{BASE}s> <{TYPE}> <a:C> .",
    f"<{BASE}s> <{TYPE}> <a:D> .",
    f'<{BASE}s> <a:p> "1" .',
    f'<{BASE}s> <a:p> "1 1" .',
    f'<{BASE}s> <a:p> "1"@en .',
    f"<{BASE}t> <{TYPE}> <a:C> .",
    f'<{BASE}t> <a:q> "1" .',
    f"<{BASE}o> <{TYPE}> <{OWL}Ontology> .",
    f"<a:elsewhere> <a:p> <{BASE}s> .",
    f"_:c14n0 <{TYPE}> <a:C> .",
    "_:c14n0 <a:q> _:c14n0 .",
])  # fmt: skip


def usage_of(lines: list[str], folder: Path) -> Usage:
    tally = UsageTally(BASE, folder)
    count(lines, (tally,))
    usage = tally.usage()
    tally.close()
    return usage


@pytest.fixture
def usage(tmp_path: Path) -> Usage:
    return usage_of(LINES, tmp_path)


def test_entities_are_what_is_described_below_the_base(usage: Usage) -> None:
    assert usage.entities == 3  # s, t and o; neither <a:elsewhere> nor the blank node


def test_a_class_has_the_triples_of_its_instances_by_property(usage: Usage) -> None:
    types, values, others = PropertyUsage(4, 3), PropertyUsage(3, 1), PropertyUsage(2, 2)
    assert usage.classes["a:C"] == ClassUsage(9, {TYPE: types, "a:p": values, "a:q": others})


def test_an_instance_of_two_classes_counts_for_both(usage: Usage) -> None:
    assert usage.classes["a:D"] == ClassUsage(5, {TYPE: PropertyUsage(2, 1), "a:p": PropertyUsage(3, 1)})


def test_what_has_no_class_counts_for_properties_alone(usage: Usage) -> None:
    assert usage.property_subjects == {TYPE: 4, "a:p": 2, "a:q": 2}


def test_distinct_objects_are_told_by_their_terms(usage: Usage) -> None:
    assert usage.property_objects == {TYPE: 3, "a:p": 4, "a:q": 2}
    assert usage.objects == 8  # three classes; "1", "1 1" and "1"@en; s; the blank node


def test_ontologies_are_named(usage: Usage) -> None:
    assert usage.ontologies == (f"{BASE}o",)


def test_nothing_uses_nothing(tmp_path: Path) -> None:
    assert usage_of([], tmp_path) == Usage()


@pytest.mark.parametrize("name", ["_SEQUENCES_AT_ONCE", "_LONG_SEQUENCE"])
def test_what_is_taken_apart_on_the_way_is_counted_too(
    usage: Usage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(usage_module, name, 1)
    monkeypatch.setattr(statistics, "_TRIPLES_AT_ONCE", 2)
    assert usage_of(LINES, tmp_path) == usage


def test_the_cells_are_those_of_the_slow_way(tmp_path: Path) -> None:
    """The same counts from sets of all triples."""
    quads = [split_line(line) for line in LINES]
    triples = {(quad.subject, quad.predicate, quad.object) for quad in quads}
    cells: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for instance, _, cls in (triple for triple in triples if triple[1] == f"<{TYPE}>"):
        for subject, predicate, object_ in triples:
            if subject == instance:
                cells[cls[1:-1], predicate[1:-1]].add((subject, object_))
    expected = {cell: (len(pairs), len({subject for subject, _ in pairs})) for cell, pairs in cells.items()}
    found = usage_of(LINES, tmp_path).classes
    assert {(c, p): (u.triples, u.subjects) for c in found for p, u in found[c].properties.items()} == expected
