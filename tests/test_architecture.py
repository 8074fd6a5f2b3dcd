"""The architecture as ARCHITECTURE.md states it, held against the code."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "kgpub"
ROW = re.compile(r"^\| (\d+) \| (\w+) \| `([\w.]+)` \|", re.MULTILINE)
TABLE = {name: (int(rank), side) for rank, side, name in ROW.findall((ROOT / "ARCHITECTURE.md").read_text("utf-8"))}


def modules() -> dict[str, Path]:
    paths = [path for path in SOURCE.rglob("*.py") if path.name != "__init__.py"]
    return {".".join(path.relative_to(SOURCE).with_suffix("").parts): path for path in paths}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "kgpub":
            package = node.module.removeprefix("kgpub").lstrip(".")
            yield from ([".".join(filter(None, (package, alias.name))) for alias in node.names]
                        if package in ("", "web", "check") else [package])  # fmt: skip


def test_the_table_names_every_module_and_no_other() -> None:
    assert set(TABLE) == set(modules())


def test_imports_point_down() -> None:
    upward = [(m, other) for m, path in modules().items() for other in imported(path) if TABLE[other][0] >= TABLE[m][0]]
    assert upward == []


def test_the_sides_never_import_each_other() -> None:
    allowed = {"shared": {"shared"}} | {side: {"shared", side} for side in ("build", "serve", "check")}
    crossing = [
        (module, other)
        for module, path in modules().items()
        for other in imported(path)
        if TABLE[other][1] not in allowed.get(TABLE[module][1], {"shared", "build", "serve", "check"})
    ]
    assert crossing == []


def test_a_web_process_imports_neither_rdflib_nor_pyshacl() -> None:
    code = "import sys, kgpub.server; print(*sorted({'rdflib', 'pyshacl', 'SPARQLWrapper'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_no_module_keeps_mutable_state() -> None:
    """A dict or list at module level is a constant table: nothing may change it."""
    changed = []
    for module, path in modules().items():
        tree = ast.parse(path.read_text("utf-8"))
        names = {
            t.id for node in tree.body if isinstance(node, ast.Assign) for t in node.targets if isinstance(t, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Global):
                changed.append((module, node.lineno))
            if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
                target = node.value
                if isinstance(target, ast.Name) and target.id in names:
                    changed.append((module, node.lineno))
    assert changed == []


def test_files_are_short() -> None:
    too_long = {m: n for m, path in modules().items() if (n := len(path.read_text("utf-8").splitlines())) > 300}
    assert too_long == {}


def test_sparql_is_not_assembled_in_python() -> None:
    formatted = [
        (module, node.lineno)
        for module, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr) and re.search(r"\b(WHERE|CONSTRUCT|ASK)\s*\{", ast.unparse(node))
    ]
    assert formatted == []


def test_every_public_function_says_what_it_does() -> None:
    silent = [
        f"{module}.{node.name}"
        for module, path in modules().items()
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    assert silent == []


def test_a_bare_except_stands_only_where_it_is_explained() -> None:
    """The command line's last line, and the SHACL gate: rdflib raises the bare class for an undeclared prefix."""
    caught = {
        module
        for module, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) == "Exception")
    }
    assert caught <= {"cli", "shacl_graph"}
