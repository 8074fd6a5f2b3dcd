"""The columns of ``SELECT *``: a query's variables in the order in which it names them.

SPARQL leaves the order open, and the engine (pyoxigraph 0.5.13) has them by name: ``SELECT * { ?s ?p ?o }`` gave
``o,p,s``. Readers of a table expect what they wrote.
"""

import re
from collections.abc import Sequence

from kgpub.fresh_blank_nodes import HIDDEN
from kgpub.query_edits import Edit, edited
from kgpub.query_prologue import SKIPPED, prologue_end
from kgpub.sparql_tokens import NAME_CHARACTERS

_STAR = re.compile(rf"SELECT{SKIPPED}(?:(?:DISTINCT|REDUCED){SKIPPED})?\*", re.IGNORECASE)
_VARIABLE = re.compile(rf"[?$]([{NAME_CHARACTERS}]+)")


def in_order(text: str, names: Sequence[str], sent: str | None = None) -> str | None:
    """Return a query that names its columns, in order; None for one that has them in order, or names them already.

    *names* are the columns that the engine gives to ``*``; those that nobody is to see go. A variable's first mention
    counts, in a comment too: that in the query as it was *sent*, where another one is asked.

    >>> in_order("SELECT * { ?s ?p ?o }", ["o", "p", "s"])
    'SELECT ?s ?p ?o  { ?s ?p ?o }'
    """
    star = _STAR.match(text, prologue_end(text))
    if star is None:
        return None
    first: dict[str, int] = {}
    sent = text if sent is None else sent
    for variable in _VARIABLE.finditer(sent, prologue_end(sent)):
        first.setdefault(variable[1], variable.start())
    is_hiding = HIDDEN in text and HIDDEN not in sent
    shown = [name for name in names if not (is_hiding and name.startswith(HIDDEN))]
    ordered = sorted(shown, key=lambda name: first.get(name, len(sent)))
    if ordered == [*names]:
        return None
    return edited(text, [Edit(star.end() - 1, star.end(), " ".join(f"?{name}" for name in ordered) + " ")])
