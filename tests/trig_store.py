"""A store of TriG text, and what the engine answers over it."""

from collections import Counter
from typing import Any

from pyoxigraph import QueryBoolean, QuerySolutions, RdfFormat, Store

E = "http://e/"
PREFIX = f"PREFIX : <{E}> "


def store_of(trig: str) -> Store:
    """Return a store of TriG, in which ``:`` is declared."""
    store = Store()
    store.load(f"{PREFIX}{trig}".encode(), RdfFormat.TRIG)
    return store


def rows_of(store: Store, text: str, **options: Any) -> Counter[frozenset[tuple[str, str]]]:
    """Return the solutions of a query and how often each comes; of a truth value, one empty solution or none."""
    results = store.query(PREFIX + text, **options)
    if isinstance(results, QueryBoolean):
        return Counter([frozenset()] if results else [])
    assert isinstance(results, QuerySolutions)
    names = [variable.value for variable in results.variables]
    return Counter(
        frozenset((name, str(value)) for name, value in zip(names, row, strict=True) if value is not None)
        for row in results
    )


def table(*rows: dict[str, str]) -> Counter[frozenset[tuple[str, str]]]:
    """Return solutions as ``rows_of`` does; a value is a local name, or a literal with its quotation mark."""
    return Counter(frozenset((name, value if value[0] in '"_' else f"<{E}{value}>") for name, value in row.items())
                   for row in rows)  # fmt: skip
