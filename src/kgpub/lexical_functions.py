"""Functions that rewritten queries call: the value of a term, and the least and the greatest term by value."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kgpub.lexical_forms import WRITTEN, as_written

#: The value of a variable ``?x``, which may have one kept as written; the engine takes 1.2 to 1.8 times as long for a
#: comparison (300,000 rows, pyoxigraph 0.5.13), and eleven times with a function in Python.
VALUE_OF_X = (
    f'IF(ISLITERAL(?x)&&STRSTARTS(STR(DATATYPE(?x)),"{WRITTEN}"),'
    f'STRDT(STR(?x),IRI(STRAFTER(STR(DATATYPE(?x)),"{WRITTEN}"))),?x)'
)
VALUE, LEAST, GREATEST = (f"<urn:x-kgpub:{name}>" for name in ("value", "least", "greatest"))
#: Terms that are put in order at once.
_TERMS_AT_ONCE = 500


class _Extreme:
    """An aggregate that gives a term of the group, as MIN and MAX do (SPARQL 1.1 Query, sections 18.5.1.5 and 6).

    What the engine's own ones would give of values is a term that may stand nowhere in the data.
    """

    order = "ASC"

    def __init__(self) -> None:
        self._terms: set[Any] = set()

    def accumulate(self, term: Any) -> None:
        """Take one more term."""
        self._terms.add(term)
        if len(self._terms) > _TERMS_AT_ONCE:
            self._terms = {self.finish()}

    def finish(self) -> Any:
        """Return the term that comes first, None of no terms; a blank node is less than all others."""
        named = [term for term in self._terms if isinstance(term, Literal | NamedNode)]
        if len(named) < len(self._terms) and (self.order == "ASC" or not named):
            return next(term for term in self._terms if not isinstance(term, Literal | NamedNode))
        if len(named) < 2:  # noqa: PLR2004 (nothing to put in order)
            return named[0] if named else None
        values = " ".join(map(str, named))
        solutions = Store().query(
            f"SELECT ?x {{ VALUES ?x {{ {values} }} }} ORDER BY {self.order}({VALUE_OF_X}) LIMIT 1"
        )
        assert isinstance(solutions, QuerySolutions)  # noqa: S101 (what a SELECT gives)
        return next(solution["x"] for solution in solutions)


class _Greatest(_Extreme):
    order = "DESC"


#: What a store is asked with; terms are handed over as they are kept.
FUNCTIONS: Mapping[NamedNode, Any] = MappingProxyType({NamedNode(VALUE[1:-1]): as_written})
AGGREGATES: Mapping[NamedNode, Any] = MappingProxyType({
    NamedNode(LEAST[1:-1]): _Extreme,
    NamedNode(GREATEST[1:-1]): _Greatest,
})  # fmt: skip
