"""What work costs the processor, by its growth: a busy machine, or a full heap, makes every length slow alike."""

import gc
import time
from collections.abc import Callable

#: Of the longer text; linear work takes 8 times as long as of the shorter, work by the square 64 times.
TIMES_AS_LONG, MOST_TIMES_THE_SECONDS = 8, 24
#: Below it a measurement is noise.
_LEAST_SECONDS = 0.001


def is_in_proportion(work: Callable[[str], object], unit: str, length: int) -> bool:
    """Tell whether *work* on *unit* repeated to *length* characters costs about eight times that of an eighth."""
    whole, part = (unit * (characters // len(unit)) for characters in (length, length // TIMES_AS_LONG))
    return _seconds_of(work, whole) < MOST_TIMES_THE_SECONDS * max(_seconds_of(work, part), _LEAST_SECONDS)


def _seconds_of(work: Callable[[str], object], text: str) -> float:
    """Return the least of three times, without the collection of garbage that other tests left."""
    gc.disable()
    try:
        return min(_once(work, text) for _ in range(3))
    finally:
        gc.enable()


def _once(work: Callable[[str], object], text: str) -> float:
    begun = time.thread_time()
    work(text)
    return time.thread_time() - begun
