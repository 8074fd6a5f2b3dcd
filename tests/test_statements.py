import hashlib
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgpub.nquads import split_line, triple_line
from kgpub.statements import Statements, write_statements

LINES = [
    "<a:s> <a:p> <a:g> .",
    "<a:s> <a:p> <a:o> .",
    "<a:s> <a:p> <a:o> <a:g> .",
    "<a:s> <a:p> <a:o> <a:h> .",
    "<a:s> <a:p> <a:denied> <a:quoted> .",
    '<a:s> <a:p> "ends in <a:g>" .',
    '<a:s> <a:p> "ends in <a:g>" <a:g> .',
    '<a:s> <a:p> "blank _:b" _:c14n1 .',
    '<a:s> <a:p> "a text"@en .',
    '<a:s> <a:p> "a text"^^<a:g> .',
    "<a:s> <a:p> <<( <a:s> <a:p> <a:g> )>> <a:g> .",
    "_:c14n0 <a:p> _:c14n1 <a:g> .",
]


def is_quoted(graph: str) -> bool:
    return graph == "a:quoted"


def written(folder: Path, *runs: list[str]) -> Statements:
    return write_statements(folder, "all", [[f"{line}\n".encode() for line in run] for run in runs], is_quoted)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(st.lists(st.sets(st.sampled_from(LINES)).map(sorted), max_size=4))
def test_triples_are_those_of_the_asserted_quads_each_once(tmp_path: Path, runs: list[list[str]]) -> None:
    statements = written(tmp_path, *runs)
    quads = sorted({line for run in runs for line in run})
    assert list(statements.lines()) == quads
    asserted = [split_line(line) for line in quads if not is_quoted(split_line(line).graph_iri)]
    triples = statements.triples.read_text("utf-8").split("\n")[:-1]
    assert triples == sorted({triple_line(statement) for statement in asserted})


def test_sizes_and_digest_are_those_of_the_quads(tmp_path: Path) -> None:
    statements = written(tmp_path, sorted(LINES))
    assert statements.size == len(LINES)
    assert statements.graphs == {"a:g": 4, "a:h": 1, "a:quoted": 1}
    assert statements.sha256 == hashlib.sha256(statements.quads.read_bytes()).hexdigest()


def test_lines_are_found_by_their_start(tmp_path: Path) -> None:
    statements = written(tmp_path, sorted(LINES))
    assert list(statements.lines.starting("_:")) == [LINES[-1]]
    assert list(statements.lines.starting("<a:t")) == []


def test_no_statement_makes_empty_files(tmp_path: Path) -> None:
    statements = written(tmp_path)
    assert (list(statements.lines()), statements.size, list(statements.lines.starting("<"))) == ([], 0, [])
    statements.remove()
    assert list(tmp_path.iterdir()) == []
