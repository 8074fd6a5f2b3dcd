"""The W3C's test suites, which ``scripts/w3c-suites`` fetches: their manifests, read.

A manifest names its files by IRIs relative to itself. The suites are published at addresses of their own, which stand
in what they expect; so a suite is read as if it lay there, and its files are found by what follows the address.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

FOLDER = Path(__file__).with_name(".w3c")

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NIL = NamedNode(_RDF + "nil")

_Node = NamedNode | BlankNode | Literal


@dataclass(frozen=True)
class Suite:
    """A folder of :data:`FOLDER`, and the address that it is published at."""

    folder: str
    address: str

    def path(self, iri: str) -> Path:
        """Return the file that an IRI of the suite means."""
        assert iri.startswith(self.address), iri
        return FOLDER / self.folder / iri.removeprefix(self.address)

    def iri(self, path: Path) -> str:
        """Return the address of a file of the suite."""
        return self.address + path.relative_to(FOLDER / self.folder).as_posix()


class Manifest:
    """What a file says, by subject and local name of the predicate."""

    def __init__(self, suite: Suite, path: Path) -> None:
        """Read a file of a suite."""
        self.suite, self.path = suite, path
        self._said: dict[object, dict[str, list[_Node]]] = defaultdict(lambda: defaultdict(list))
        for quad in parse(path=path, format=RdfFormat.TURTLE, base_iri=suite.iri(path)):
            assert isinstance(quad.object, _Node)
            self._said[quad.subject][_local_name(quad.predicate.value)].append(quad.object)

    def objects(self, subject: _Node, name: str) -> list[_Node]:
        """Return what a property, given by its local name, says of a node; a list's members one by one."""
        return [member for found in self._of(subject, name) for member in self._members(found)]

    def entries(self) -> Iterator[tuple[str, NamedNode]]:
        """Return the entries of the manifest and the manifests that it includes, each with the property's name."""
        for subject in list(self._said):
            for name in ("include", "entries"):
                for found in self.objects(subject, name):  # type: ignore[arg-type]
                    assert isinstance(found, NamedNode)
                    yield name, found

    def _of(self, subject: object, name: str) -> list[_Node]:
        said = self._said.get(subject)
        return said[name] if said is not None and name in said else []

    def _members(self, node: _Node) -> Iterator[_Node]:
        if node != _NIL and not self._of(node, "first"):
            yield node
        while firsts := self._of(node, "first"):
            yield from firsts
            node = self._of(node, "rest")[0]


@dataclass(frozen=True)
class Case:
    """One test of a suite, and what its manifest says of it."""

    iri: str
    manifest: Manifest = field(repr=False)

    def __str__(self) -> str:
        """Return a short name: the folder in the suite, and the entry's own."""
        folder = self.manifest.path.parent.relative_to(FOLDER).as_posix()
        return f"{folder}/{_local_name(self.iri)}"

    @property
    def kinds(self) -> frozenset[str]:
        """The local names of the classes of the test."""
        return frozenset(map(_local_name, self.values("type")))

    def values(self, *names: str) -> tuple[str, ...]:
        """Return the IRIs and texts that properties lead to one after the other, given by their local names."""
        nodes: list[_Node] = [NamedNode(self.iri)]
        for name in names:
            nodes = [found for node in nodes for found in self.manifest.objects(node, name)]
        return tuple(node.value for node in nodes)

    def paths(self, *names: str) -> tuple[Path, ...]:
        """Return the files that properties lead to."""
        return tuple(map(self.manifest.suite.path, self.values(*names)))


def read_cases(suite: Suite, *manifests: str) -> list[Case]:
    """Return the tests of manifests of a suite, and of those that they include, in their order."""
    found: dict[Case, None] = {}
    for name in manifests:
        manifest = Manifest(suite, FOLDER / suite.folder / name)
        for kind, entry in manifest.entries():
            path = suite.path(entry.value).relative_to(FOLDER / suite.folder)
            cases = read_cases(suite, path.as_posix()) if kind == "include" else [Case(entry.value, manifest)]
            found |= dict.fromkeys(cases)
    return list(found)


def require_suites() -> None:
    """Skip a test module where the suites are not at hand."""
    if not FOLDER.is_dir():
        pytest.skip("the W3C's test suites are not here: scripts/w3c-suites fetches them", allow_module_level=True)


def _local_name(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]
