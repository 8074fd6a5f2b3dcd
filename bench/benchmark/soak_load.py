"""The load of the soak: good and hostile clients, each in a thread, until it is over."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from hostile.bombs import EXPLOSIONS, NESTINGS
from hostile.slow import HABITS, never_reads
from hostile.wire import Client

_DOCUMENTS = ("ccr.ttl", "ccr.html", "ccr.jsonld", "claim-s05-c1.html", "claim-s05-c1.rdf", "claim-s05-c1")
_PAGES = ("/", "/sparql", "/queries/", "/void", "/doc/ontology/", "/dumps/all.nq.gz", "/healthz", "/id/nothing-here")
_FINE = frozenset((200, 303, 404))
#: An answer that is right while the machine is under attack.
_BUSY = frozenset((503, 429))
_BOMB_ENDS = frozenset((200, 400, 422))
_SHARED = "127.0.1."


@dataclass
class Tally:
    """What came back, by kind of client and status; what should not have; how long good requests took."""

    answers: Counter[str] = field(default_factory=Counter)
    unexpected: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, status: int, *, is_expected: bool, seconds: float | None = None) -> None:
        """Count an answer."""
        with self.lock:
            self.answers[f"{kind} {status or 'none'}"] += 1
            if not is_expected:
                self.unexpected[f"{kind} {status or 'none'}"] += 1
            if seconds is not None:
                self.seconds.setdefault(kind, []).append(seconds)


@dataclass(frozen=True)
class Load:
    """All clients of one server."""

    address: str
    tally: Tally
    is_over: threading.Event
    #: Stored queries of the project: heavier than a look-up, and all of them well meant.
    queries: Sequence[str]

    def threads(self) -> list[threading.Thread]:
        """Return the threads that make the load, not started yet."""
        acts: list[tuple[Callable[[Client, random.Random], None], float]] = [
            (self._read_documents, 0.02), (self._read_documents, 0.02), (self._read_pages, 0.1),
            (self._ask_cheaply, 0.02), (self._ask_cheaply, 0.02), (self._ask_heavily, 0.2), (self._abandon, 0.3),
            (self._bomb, 1.0), (self._bomb, 3.0), (self._nest, 0.5), (self._be_slow, 0.5), (self._never_read, 1.0),
        ]  # fmt: skip
        return [
            threading.Thread(target=self._repeat, args=(act, pause, number), daemon=True)
            for number, (act, pause) in enumerate(acts)
        ]

    def _repeat(self, act: Callable[[Client, random.Random], None], pause_seconds: float, number: int) -> None:
        client, chance = Client(self.address, f"{_SHARED}{number + 1}"), random.Random(number)
        while not self.is_over.wait(pause_seconds * chance.uniform(0.5, 1.5)):
            act(client, chance)

    def _read_documents(self, client: Client, chance: random.Random) -> None:
        reply = client.get(f"/doc/id/{chance.choice(_DOCUMENTS)}")
        self.tally.add(
            "document", reply.status, is_expected=reply.status == 200 and reply.is_whole, seconds=reply.seconds
        )

    def _read_pages(self, client: Client, chance: random.Random) -> None:
        reply = client.get(chance.choice(_PAGES), "text/html")
        self.tally.add("page", reply.status, is_expected=reply.status in _FINE | _BUSY, seconds=reply.seconds)

    def _ask_cheaply(self, client: Client, chance: random.Random) -> None:
        reply = client.ask(f"SELECT ?p ?o {{ <id/ccr> ?p ?o }} LIMIT {chance.randrange(1_000, 1_000_000)}")
        is_expected = reply.status == 200 or reply.status in _BUSY
        self.tally.add("cheap query", reply.status, is_expected=is_expected, seconds=reply.seconds)

    def _ask_heavily(self, client: Client, chance: random.Random) -> None:
        reply = client.ask(f"{chance.choice(self.queries)}\n# NOW: no cache keeps the answer")
        self.tally.add("heavy query", reply.status, is_expected=reply.status in _BUSY | {200, 422})

    def _bomb(self, client: Client, chance: random.Random) -> None:
        reply = client.ask(chance.choice(EXPLOSIONS).query)
        self.tally.add("bomb", reply.status, is_expected=reply.status in _BUSY | _BOMB_ENDS)

    def _nest(self, client: Client, chance: random.Random) -> None:
        reply = client.ask(chance.choice(NESTINGS).query)
        self.tally.add("nesting", reply.status, is_expected=reply.status in _BUSY | _BOMB_ENDS)

    def _abandon(self, client: Client, chance: random.Random) -> None:
        """Ask for something long and hang up, before the answer or while it streams."""
        with suppress(OSError), client.connect() as connection:
            connection.sendall(_request(chance.choice((EXPLOSIONS[0], EXPLOSIONS[1])).query))
            connection.settimeout(chance.uniform(0.01, 0.5))
            with suppress(OSError):
                connection.recv(1_000)
        self.tally.add("abandoned", 0, is_expected=True)

    def _be_slow(self, client: Client, chance: random.Random) -> None:
        """Send a piece, drip for some seconds, and go."""
        first, drips = HABITS[chance.choice(list(HABITS))]
        ends = time.monotonic() + chance.uniform(1, 8)
        with suppress(OSError), client.connect() as connection:
            connection.sendall(first)
            for drip in drips():
                if self.is_over.wait(0.5) or time.monotonic() > ends:
                    break
                connection.sendall(drip)
        self.tally.add("slow", 0, is_expected=True)

    def _never_read(self, client: Client, _chance: random.Random) -> None:
        connections = []
        with suppress(OSError):
            for _ in range(3):
                connections.append(never_reads(client, _request("SELECT * { ?s ?p ?o . ?a ?b ?c }")))  # noqa: PERF401 (each is to be closed even where the next fails)
            self.is_over.wait(3)
        for connection in connections:
            connection.close()
        self.tally.add("never reads", 0, is_expected=True)


def _request(query: str) -> bytes:
    body = query.encode()
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
