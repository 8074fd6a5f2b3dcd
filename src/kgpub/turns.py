"""Let few short queries be at the workers at once: as many as there are processors for them.

More of them would take no less time together. Each worker keeps parts of the store in memory of its own, a processor
parts of that in its caches: two workers in turn are quicker than eight side by side. A query that lasts makes
room after a moment, and nobody waits for longer than that.
"""

import time
from collections import deque

from kgpub.waiting import Signal, wait_for

#: A query that has taken longer is not counted, and nobody waits for longer.
SHORT_SECONDS = 0.01


class Turns:
    """The turns of one web process; a request that cannot give way to others has its turn at once."""

    def __init__(self, at_once: int) -> None:
        """Take the number of short queries that may be at the workers."""
        self.at_once = at_once
        self._begun: dict[object, float] = {}
        self._waiting: deque[Signal] = deque()

    def take(self) -> object:
        """Wait for a turn, and return what is to be given back."""
        if self._short_ones() >= self.at_once:
            signal = Signal()
            self._waiting.append(signal)
            try:
                wait_for(signal, SHORT_SECONDS)
            finally:
                if not signal.is_set:
                    self._waiting.remove(signal)
        turn = object()
        self._begun[turn] = time.monotonic()
        return turn

    def give_back(self, turn: object) -> None:
        """Let the next one have its turn; to give one back twice changes nothing."""
        if self._begun.pop(turn, None) is not None and self._waiting:
            self._waiting.popleft().set()

    def _short_ones(self) -> int:
        recently = time.monotonic() - SHORT_SECONDS
        return sum(begun > recently for begun in self._begun.values())
