import gzip
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from kgpub.dump import write_asserted, write_quads
from kgpub.publication import Publication
from kgpub.release import Download
from kgpub.statements import write_statements

LINES = [
    '<a:s> <a:p> "+00:00\\u000B\u2028"@en <a:g> .',
    '<a:s> <a:p> "1.00"^^<http://www.w3.org/2001/XMLSchema#decimal> .',
    '<a:s> <a:p> "1.00"^^<http://www.w3.org/2001/XMLSchema#decimal> <a:g> .',
    "<a:s> <a:p> <a:o> <a:quoted> .",
    "<a:s> <a:p> _:c14n0 <a:g> .",
    "_:c14n0 <a:p> <<( <a:s> <a:p> _:c14n0 )>> <a:g> .",
]


def dumped(folder: Path) -> Path:
    write(folder, LINES)
    return folder / "dumps"


def write(folder: Path, lines: Sequence[str]) -> tuple[Download, Download]:
    dumps = folder / "dumps"
    dumps.mkdir()
    run = [f"{line}\n".encode() for line in lines]
    statements = write_statements(folder, "all", [run], lambda graph: graph == "a:quoted")
    publication = Publication("https://example.org/", prefixes={"a": "a:"})
    return write_quads(statements.quads, dumps), write_asserted(statements.triples, publication, dumps)


def test_all_holds_every_line_letter_for_letter(tmp_path: Path) -> None:
    assert gzip.decompress((dumped(tmp_path) / "all.nq.gz").read_bytes()).decode().split("\n") == [*LINES, ""]


def test_asserted_holds_each_asserted_triple_once_as_it_was_written(tmp_path: Path) -> None:
    turtle = gzip.decompress((dumped(tmp_path) / "asserted.ttl.gz").read_bytes())
    triples = [str(quad.triple) for quad in ox.parse(turtle, ox.RdfFormat.TURTLE)]
    assert len(triples) == 4
    assert '<a:s> <a:p> "1.00"^^<http://www.w3.org/2001/XMLSchema#decimal>' in triples
    assert "<a:o>" not in turtle.decode()


def test_the_same_lines_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one, other = dumped(tmp_path), dumped(tmp_path / "other")
    assert [path.read_bytes() for path in sorted(one.iterdir())] == [
        path.read_bytes() for path in sorted(other.iterdir())
    ]


def test_sizes_and_checksums_are_those_of_the_files(tmp_path: Path) -> None:
    infos = write(tmp_path, LINES)
    bodies = {info.path: (tmp_path / info.path).read_bytes() for info in infos}
    assert [(info.bytes, info.sha256) for info in infos] == [
        (len(body), hashlib.sha256(body).hexdigest()) for body in bodies.values()
    ]


def test_a_large_graph_is_dumped_whole(tmp_path: Path) -> None:
    lines = [f'<a:s{number:05}> <a:p> "{number}" .' for number in range(20_000)]
    write(tmp_path, lines)
    turtle = gzip.decompress((tmp_path / "dumps" / "asserted.ttl.gz").read_bytes())
    assert len(list(ox.parse(turtle, ox.RdfFormat.TURTLE))) == 20_000
