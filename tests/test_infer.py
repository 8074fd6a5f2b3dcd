from pathlib import Path

import pyoxigraph as ox
import pytest

from kgpub.errors import RuleInvalid
from kgpub.infer import infer
from kgpub.plan import Plan, rule_files
from kgpub.publication import Publication
from kgpub.triplestore import Triplestore

DATA = """
<http://e/a> <http://e/p> <http://e/b> .
<http://e/b> <http://e/p> _:c14n0 .
_:c14n0 <http://e/note> "blank _:b and <x>" .
"""


def inferred(folder: Path, *rules: str) -> list[str]:
    store = ox.Store()
    store.extend(ox.parse(DATA, ox.RdfFormat.N_QUADS))
    paths = [folder / f"{number}.rq" for number in range(len(rules))]
    for path, rule in zip(paths, rules, strict=True):
        path.write_text(rule, "utf-8")
    return sorted(infer(Triplestore(store), plan_of(*paths)))


def plan_of(*rules: Path) -> Plan:
    return Plan(Publication("http://e/", union_default_graph=True), Path(), (), rules)


def test_a_rule_gives_what_the_data_does_not_hold_yet(tmp_path: Path) -> None:
    lines = inferred(tmp_path, "CONSTRUCT { ?a <q> ?b . ?a <p> ?b } { ?a <p> ?b FILTER(isIRI(?b)) }")
    assert lines == ["<http://e/a> <http://e/q> <http://e/b> <http://e/graph/inferred> ."]


def test_rules_do_not_see_each_others_results(tmp_path: Path) -> None:
    assert (
        len(inferred(tmp_path, "CONSTRUCT { ?a <q> <b> } { ?a <p> <b> }", "CONSTRUCT { ?a <r> ?b } { ?a <q> ?b }")) == 1
    )


def test_a_rule_may_speak_of_the_data_s_blank_nodes_and_of_texts_that_look_like_one(tmp_path: Path) -> None:
    lines = inferred(tmp_path, "CONSTRUCT { ?b <q> ?note } { ?b <note> ?note }")
    assert lines == ['_:c14n0 <http://e/q> "blank _:b and <x>" <http://e/graph/inferred> .']


@pytest.mark.parametrize(("rule", "told"), [
    ("CONSTRUCT { ?a <q> [] } { ?a <p> ?b }", "makes a blank node"),
    ("CONSTRUCT { _:n <q> ?a } { ?a <p> ?b }", "makes a blank node"),
    ("CONSTRUCT { ?a <q> <<( ?a <q> _:n )>> } { ?a <p> ?b }", "makes a blank node"),
    ("CONSTRUCT { ?a <q> ?n } { ?a <p> ?b BIND(BNODE() AS ?n) }", "makes a blank node"),
    ("SELECT * { ?s ?p ?o }", "must be a CONSTRUCT"),
    ("ASK { ?s ?p ?o }", "must be a CONSTRUCT"),
    ("INSERT DATA { <a> <b> <c> }", "0.rq"),
    ("CONSTRUCT { ?a <q> } { ?a <p> ?b }", "0.rq"),
    ("CONSTRUCT { ?a <q> ?n } { ?a <p> ?b BIND(now() AS ?n) }", "NOW"),
    ("CONSTRUCT { ?a <q> ?n } { ?a <p> ?b BIND(UUID () AS ?n) }", "UUID"),
    ("CONSTRUCT { ?a <q> ?n } { SERVICE <http://127.0.0.1:9/> { ?a <p> ?n } }", "SERVICE"),
    ("", "0.rq"),
])  # fmt: skip
def test_a_rule_that_cannot_run_is_named(tmp_path: Path, rule: str, told: str) -> None:
    with pytest.raises(RuleInvalid, match=told) as error:
        inferred(tmp_path, rule)
    assert str(tmp_path / "0.rq") in error.value.sentence


def test_a_rule_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "0.rq"
    path.write_bytes("# é\nCONSTRUCT {} {}".encode("latin-1"))
    with pytest.raises(RuleInvalid, match="UTF-8"):
        list(infer(Triplestore(ox.Store()), plan_of(path)))


def test_rules_are_found_in_subfolders_in_stable_order(tmp_path: Path) -> None:
    (tmp_path / "b" / "c.rq").mkdir(parents=True)
    for name in ("z.rq", "b/a.rq", "b/.hidden.rq", "a.sparql"):
        (tmp_path / name).touch()
    assert rule_files(tmp_path) == [tmp_path / "b" / "a.rq", tmp_path / "z.rq"]
    assert rule_files(tmp_path / "none") == []


def test_rules_see_the_asserted_graphs_whatever_the_endpoint_s_default_graph_shows(tmp_path: Path) -> None:
    rule = tmp_path / "0.rq"
    rule.write_text("CONSTRUCT { ?a <q> ?b } { ?a <p> ?b }", "utf-8")
    quads = "<a> { <a> <p> <b> } <quoted> { <x> <p> <y> }"
    store = ox.Store()
    store.extend(ox.parse(quads, ox.RdfFormat.TRIG, base_iri="http://e/"))
    publication = Publication("http://e/", quoted_graphs=("quoted",))
    (line,) = infer(Triplestore(store), Plan(publication, tmp_path, (), (rule,)))
    assert line.startswith("<http://e/a> <http://e/q> <http://e/b>")
