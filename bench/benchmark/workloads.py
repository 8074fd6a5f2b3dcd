"""The requests: queries with their parameters, and the things whose documents are asked for."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from benchmark.graph import WORK_CLASSES, Layout, entity_iri, popular, words, zipf

#: Where the Lua script puts a number that makes a request unlike all earlier ones.
PLACE_OF_LIMIT = "LIMITPLACE"
#: A limit that no answer reaches.
WIDE_LIMIT = "9999"
#: A log consists of these, in equal parts.
LIGHT = ("point", "star", "hops", "contains", "group", "construct")
#: Queries over the whole store.
HEAVY = ("classes", "analytic")
KINDS = (*LIGHT, *HEAVY)

_FOLDER = Path(__file__).parents[1] / "queries"
_SEED = 4
_LOG_LENGTH = 60_000


@dataclass(frozen=True, slots=True)
class QueryText:
    """A query with the place of its limit still open."""

    kind: str
    text: str

    @property
    def is_graph(self) -> bool:
        """Tell whether the answer is a graph."""
        return self.kind in ("construct", "all-construct", "document")

    def limited(self, limit: str) -> str:
        """Return the text with a limit."""
        return self.text.replace(PLACE_OF_LIMIT, limit)


def instances(kind: str, layout: Layout, count: int) -> list[QueryText]:
    """Return *count* queries of a kind, no two with the same parameters, the same ones in each run."""
    chance = random.Random(f"{_SEED} {kind}")
    found: dict[str, QueryText] = {}
    for _ in range(4 * count):
        query = fill(kind, **_PARAMETERS[kind](chance, layout))
        found[query.text] = query
        if len(found) == count:
            break
    return list(found.values())


def repeated(kind: str, layout: Layout) -> QueryText:
    """Return one query of a kind to be asked again and again."""
    query = instances(kind, layout, 1)[0]
    return QueryText(kind, query.limited(WIDE_LIMIT))


def zipf_log(layout: Layout, distinct: int, number: int) -> list[QueryText]:
    """Return a log of light queries in which the one of rank r comes with a probability of about 1/r.

    Each *number* is a log of its own, whose queries no other one holds.
    """
    by_kind = [instances(kind, layout, -(-distinct // len(LIGHT))) for kind in LIGHT]
    pool = [query for same_rank in zip(*by_kind, strict=True) for query in same_rank]
    chance = random.Random(f"{_SEED} log {number}")
    limit = str(int(WIDE_LIMIT) - 1 - number)  # requests with a counted limit begin far below
    drawn = (pool[zipf(chance, len(pool))] for _ in range(_LOG_LENGTH))
    return [QueryText(query.kind, query.limited(limit)) for query in drawn]


def random_things(layout: Layout, count: int) -> list[str]:
    """Return the local names of *count* different things, in no order."""
    chance = random.Random(f"{_SEED} things")
    return [f"e{number}" for number in chance.sample(range(layout.entities), min(count, layout.entities))]


def fill(kind: str, **parameters: str) -> QueryText:
    """Return the query of a file with its parameters."""
    return QueryText(kind, _template(kind).substitute({"limit": PLACE_OF_LIMIT} | parameters))


@cache
def _template(kind: str) -> Template:
    lines = (_FOLDER / f"{kind}.rq").read_text("utf-8").splitlines(keepends=True)
    return Template("".join(line for line in lines if not line.startswith("#")))


def _thing(chance: random.Random, layout: Layout, kind: str) -> str:
    return entity_iri(chance.choice(layout.numbers(kind)))


def _any(chance: random.Random, layout: Layout) -> dict[str, str]:
    return {"entity": entity_iri(chance.randrange(layout.entities))}


def _star(chance: random.Random, layout: Layout) -> dict[str, str]:
    day = f"{chance.randint(1960, 2015)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return {"topic": _thing(chance, layout, "Topic"), "day": day}


def _hops(chance: random.Random, layout: Layout) -> dict[str, str]:
    return {"work": _thing(chance, layout, "Work")}


def _contains(chance: random.Random, layout: Layout) -> dict[str, str]:
    word = words()[zipf(chance, len(words()))]
    return {"place": _busy_place(chance, layout), "letters": word[: chance.randint(2, 6)]}


def _group(chance: random.Random, layout: Layout) -> dict[str, str]:
    return {"place": _thing(chance, layout, "Place"), "pages": str(chance.randint(1, 450))}


def _classes(chance: random.Random, _layout: Layout) -> dict[str, str]:
    return {"least": f"60.{chance.randrange(1, 10**6):06}"}


def _analytic(chance: random.Random, _layout: Layout) -> dict[str, str]:
    return {"class": chance.choice(WORK_CLASSES[3:]), "pages": f"{chance.randint(780, 880)}.{chance.randrange(10**4)}"}


def _busy_place(chance: random.Random, layout: Layout) -> str:
    """Return a place that many things are in, none of the busiest."""
    return entity_iri(popular(layout.numbers("Place"), chance.randint(40, 160)))


_PARAMETERS: dict[str, Callable[[random.Random, Layout], dict[str, str]]] = {
    "point": _any,
    "construct": _any,
    "star": _star,
    "hops": _hops,
    "contains": _contains,
    "group": _group,
    "classes": _classes,
    "analytic": _analytic,
}


def sample_of(queries: list[QueryText], count: int) -> Iterator[QueryText]:
    """Yield every n-th query, *count* in all, with a limit that no answer reaches."""
    for query in queries[:: max(1, len(queries) // count)][:count]:
        yield QueryText(query.kind, query.limited(WIDE_LIMIT))
