"""What one client may ask of the engine: queries a minute, and queries at once, over all web processes.

Only what reaches the engine counts: a kept answer costs nothing. The library ``limits`` is imported where it is used:
it takes 0.15 s and 3 MB to load.
"""

import math
import time
from collections.abc import Callable
from pathlib import Path

from kgpub.client_address import client_number
from kgpub.errors import TooManyQueries
from kgpub.leases import Leases
from kgpub.settings import ServerSettings

Rate = Callable[[int], float | None]


class ClientLimits:
    """Lets a client's query pass, or raises."""

    def __init__(self, folder: Path, server: ServerSettings) -> None:
        """Open the shared tables below *folder*."""
        self._per_minute = server.queries_per_minute
        self._at_once = server.concurrent_queries
        self._over_rate = _rate(folder / "rate", self._per_minute) if self._per_minute else None
        self._leases = Leases(folder / "leases") if self._at_once else None

    def admit(self, client: str) -> Callable[[], None]:
        """Let a query pass, and return what is to be called at its end; raise ``TooManyQueries`` otherwise."""
        number = client_number(client)
        wait_seconds = self._over_rate(number) if self._over_rate is not None else None
        if wait_seconds is not None:
            raise TooManyQueries(f"{self._per_minute} queries a minute", max(1, math.ceil(wait_seconds)))
        if self._leases is None:
            return _nothing
        if not self._leases.take(number, self._at_once):
            noun = "query" if self._at_once == 1 else "queries"
            raise TooManyQueries(f"{self._at_once} {noun} answered at once", 1)
        leases = self._leases
        return lambda: leases.give_back(number)


def _nothing() -> None:
    """Give nothing back."""


def _rate(path: Path, per_minute: int) -> Rate:
    """Return what counts a query and tells how long a client that asked too often has to wait."""
    from limits import RateLimitItemPerMinute  # noqa: PLC0415 (see above)
    from limits.strategies import FixedWindowRateLimiter  # noqa: PLC0415

    from kgpub.rate_counters import RateCounters  # noqa: PLC0415

    limiter, item = FixedWindowRateLimiter(RateCounters(path)), RateLimitItemPerMinute(per_minute)

    def over_rate(client: int) -> float | None:
        if limiter.hit(item, str(client)):
            return None
        return limiter.get_window_stats(item, str(client)).reset_time - time.time()

    return over_rate
