"""The orders in which a release keeps its quads: each pattern of terms is one run of rows in one of them.

A row is the four terms of a quad as canonical N-Quads writes them, each followed by a tab, and a mark. A tab stands in
no such term (control characters are escaped) and sorts before all that does, so the rows that begin with the same terms
stand together.
"""

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import NamedTuple

#: The file of the quads in a release.
QUADS_FILE = "quads.sqlite"
SEPARATOR = "\t"
#: The character behind the separator: what begins with a text and this one comes behind all rows with that text.
BEHIND_SEPARATOR = "\n"
#: The mark of a row whose triple the default graph shows; the same triple in another graph is not marked again.
SHOWN, NOT_SHOWN = "1", "0"
#: Where the terms of a quad stand.
SUBJECT, PREDICATE, OBJECT, GRAPH = range(4)


class Scope(Enum):
    """Which rows of an order a run takes; the value is the column of ``block`` that counts them."""

    ALL = "rows"
    #: Those whose triple the default graph shows, once for each triple.
    MERGE = "triples"
    #: Those of the graph with the most quads.
    LARGEST_GRAPH = "largest"


class Order(NamedTuple):
    """One order: the letter that its keys begin with, and which term of a quad comes at which place of a row."""

    letter: str
    terms: tuple[int, int, int, int]


#: All orders, as they follow each other in the file. Those with the graph first leave out what stands in none and what
#: stands in the largest graph: most graphs are small or nearly all there is, and of the latter the first three orders
#: have the same rows again.
SPOG = Order("a", (SUBJECT, PREDICATE, OBJECT, GRAPH))
OSPG = Order("b", (OBJECT, SUBJECT, PREDICATE, GRAPH))
POSG = Order("c", (PREDICATE, OBJECT, SUBJECT, GRAPH))
GSPO = Order("d", (GRAPH, SUBJECT, PREDICATE, OBJECT))
GOSP = Order("e", (GRAPH, OBJECT, SUBJECT, PREDICATE))
GPOS = Order("f", (GRAPH, PREDICATE, OBJECT, SUBJECT))
ORDERS = (SPOG, OSPG, POSG, GSPO, GOSP, GPOS)


def order_for(bound: AbstractSet[int]) -> Order:
    """Return the order in which the quads with some of their terms given are one run; there is one for each choice."""
    return next(order for order in ORDERS if set(order.terms[: len(bound)]) == bound)


def endings(graph: str) -> tuple[str, ...]:
    """Return how the rows of a graph end in the orders that have the graph last; what is in none has an empty text."""
    return tuple(f"{SEPARATOR}{graph}{SEPARATOR}{mark}" for mark in (SHOWN, NOT_SHOWN))
