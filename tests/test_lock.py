"""The locks have all that the project asks for: an installation takes nothing else."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def names(requirements: list[str]) -> set[str]:
    """Return the names of packages, as an index compares them (PEP 503)."""
    return {re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", each, maxsplit=1)[0]).lower() for each in requirements}


def locked(file: str) -> dict[str, str]:
    """Return the versions of a lock by name."""
    lines = re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / file).read_text("utf-8"), re.MULTILINE)
    return {next(iter(names([name]))): version for name, version in lines}


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_every_dependency(file: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = names(project["project"]["dependencies"])
    if "dev" in file:
        asked |= names(project["dependency-groups"]["dev"])
    assert asked - locked(file).keys() == set(), "run `make lock`"


def test_both_locks_have_the_same_versions() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()
