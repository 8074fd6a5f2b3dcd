"""The port to a SPARQL engine: what a query is, what it may cost, and what comes back."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from kgpub.formats import Format
from kgpub.query_layout import without_layout
from kgpub.settings import QuerySettings

_DIGEST_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class Budget:
    """What one query may cost. Clients may ask for less, never for more."""

    seconds: float
    memory_mb: int
    answer_bytes: int

    def lowered_to(self, seconds: float | None) -> "Budget":
        """Return the budget with at most this many seconds."""
        return self if seconds is None else replace(self, seconds=min(self.seconds, seconds))


def budget_of(settings: QuerySettings) -> Budget:
    """Return the budget that the settings give every query."""
    return Budget(settings.seconds, settings.memory_mb, settings.answer_mb * 1_000_000)


@dataclass(frozen=True)
class Query:
    """One SPARQL query, with the data set that the protocol chose for it.

    *default_graphs* and *named_graphs* are None where the request names none (SPARQL 1.1 Protocol, section 2.1.4);
    a request that names one kind only has an empty tuple for the other.
    """

    text: str
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None

    @cached_property
    def digest(self) -> str:
        """Return what names the query, whatever its layout, and its data set: the start of a SHA-256."""
        asked = [without_layout(self.text), repr(self.default_graphs), repr(self.named_graphs)]
        return hashlib.sha256("\n".join(asked).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_CHARACTERS]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The formats that the client accepts: one for each kind of result, None where it accepts none.

    Only the engine knows which kind a query is, so both travel with it.
    """

    solutions: Format | None
    graph: Format | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The serialized result of a query: its format, and its bytes as they come.

    Iterating *chunks* raises what went wrong after the answer began (``QueryOverBudget`` and the like); a caller
    that has sent nothing yet can still send an error. Closing the iterator frees the engine, at the latest at the
    query's deadline. *whole* is the answer where all of it was there at once.
    """

    format: Format
    chunks: Iterator[bytes]
    whole: bytes | None = None

    def read(self) -> bytes:
        """Return the whole answer."""
        return b"".join(self.chunks)


class Engine(Protocol):
    """Something that answers SPARQL queries over one release."""

    def evaluate(self, query: Query, wanted: Wanted, budget: Budget) -> Answer:
        """Answer a query, or raise the ``KgpubError`` that says why not.

        Raises ``QueryMalformed``, ``QueryRefused``, ``QueryOverBudget``, ``QueryCrashed``, ``EngineBusy``,
        ``EngineUnavailable``, or ``NotAcceptable`` where *wanted* has no format for this kind of query.
        """
        ...

    def ping(self) -> None:
        """Return when the engine answers; raise ``EngineUnavailable`` or ``EngineBusy`` otherwise."""
        ...

    def close(self) -> None:
        """Release what the engine holds."""
        ...
