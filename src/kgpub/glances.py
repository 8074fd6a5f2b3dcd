"""Look for a moment whether an answer comes, before a request gives way to others.

To give way costs the event loop some ten system calls and two turns; most short queries are answered before that is
done. Where a web process has no more than one short query at the workers (``turns.py``), nothing else could be done
meanwhile but what takes the worker's processor away.
"""

import select
import socket

#: With half as long, joins are missed; with twice as long, nothing more is gained (1 M triples, 2 cores).
_GLANCE_SECONDS = 0.001
#: After so many looks in vain, 2 to the power of that many queries are not looked for: long ones come in rows.
_MISSES_COUNTED = 6
#: select(2) knows no higher descriptors; poll(2) would wait for whole milliseconds.
_DESCRIPTORS = 1_024


class Glances:
    """Whether it is worth a look, as the last looks have shown."""

    def __init__(self) -> None:
        self._misses = 0
        self._left_out = 0

    def sees(self, connection: socket.socket) -> bool:
        """Tell whether something comes to be read within a moment; tell at once that not, where that is likely."""
        if self._left_out:
            self._left_out -= 1
            return False
        descriptor = connection.fileno()
        if descriptor >= _DESCRIPTORS:
            return False
        if select.select((descriptor,), (), (), _GLANCE_SECONDS)[0]:
            self._misses = 0
            return True
        self._misses = min(self._misses + 1, _MISSES_COUNTED)
        self._left_out = 1 << self._misses
        return False
