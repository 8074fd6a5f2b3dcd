"""Where the prologue of a query ends."""

import pytest

from kgpub.query_prologue import prologue_end
from processor_time import is_in_proportion


@pytest.mark.parametrize(
    "prologue",
    [
        "",
        "  # SELECT\n",
        "BASE <http://e/> PREFIX : <#> # PREFIX\r\nprefix a.b: <x> ",
        "VERSION '1.2' version\"1.1\"BASE<a>",
        "PREFIX#a\na:#b\n<b>#c\n",
    ],
)
def test_the_verb_stands_behind_it(prologue: str) -> None:
    assert prologue_end(f"{prologue}SELECT * {{ ?prefix a <PREFIX> }}") == len(prologue)


@pytest.mark.parametrize("unit", ["PREFIX a:<", "#", " \n", "BASE<a>", "VERSION '"])
def test_a_hostile_text_costs_one_pass(unit: str) -> None:
    assert is_in_proportion(prologue_end, unit, 200_000)
