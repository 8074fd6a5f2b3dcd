"""The sockets at which a process listens, and what the connections taken there inherit (tcp(7), Linux).

granian (2.8) opens them itself and has no timeout for what it writes: a client that asks for many documents on one
connection and reads none would hold connection and answers for ever, and there is room for so many only.
"""

import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

#: A connection whose client takes nothing for so long ends; one that reads slowly stays.
_UNREAD_SECONDS = 30
_LOOKED_FOR_SECONDS = 60
_PAUSE_SECONDS = 0.02


def give_up_unread(port: int, seconds: float = _UNREAD_SECONDS) -> bool:
    """Wait until this process listens on a port, and let connections taken there end whose client stops reading.

    Tell whether that was possible; it is on Linux, where a listening socket hands its options on.
    """
    if sys.platform != "linux":
        return False
    ends = time.monotonic() + _LOOKED_FOR_SECONDS
    while time.monotonic() < ends:
        found = list(_listening(port))
        for listener in found:
            with listener:
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1_000))
        if found:
            return True
        time.sleep(_PAUSE_SECONDS)
    return False


def _listening(port: int) -> Iterator[socket.socket]:
    """Yield this process's sockets that listen on a port, each as a descriptor of its own."""
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # no socket, or closed meanwhile
            if not str(entry.readlink()).startswith("socket:"):
                continue
            found = socket.socket(fileno=os.dup(int(entry.name)))
            is_tcp = found.family in (socket.AF_INET, socket.AF_INET6)
            is_listening = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
            if is_tcp and is_listening and found.getsockname()[1] == port:
                yield found
            else:
                found.close()
