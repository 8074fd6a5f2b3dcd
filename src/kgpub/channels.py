"""Connections of a web process to query workers, each kept for a moment after an answer.

A connection is one worker's for as long as it is open. A worker that has answered looks first whether anybody else
waits, and listens for a moment to the one that it has then: to connect anew for each query cost both sides 0.11 of
0.57 ms (point look-ups, 1 M triples). What is sent just when the worker gives up listening is not read, and sent anew.
"""

import os
import socket
import time
from collections import deque
from contextlib import suppress

from kgpub.errors import EngineBusy, EngineUnavailable

#: How long a worker listens for another query from the same web process.
KEPT_SECONDS = 0.01
#: More connections are not kept: so many queries at once are no short ones.
_KEPT_AT_MOST = 8
#: Where a socket can be made so, that saves a call.
_NON_BLOCKING = getattr(socket, "SOCK_NONBLOCK", 0)


class Channel:
    """A connection to a worker, and the pipe whose closing tells the worker that its query is not wanted any more."""

    def __init__(self, address: str) -> None:
        """Connect to whichever worker is free next; raise ``EngineBusy`` or ``EngineUnavailable``."""
        self._lifeline = -1
        self.connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | _NON_BLOCKING)
        if not _NON_BLOCKING:
            self.connection.settimeout(0)
        try:
            self.connection.connect(address)
        except BlockingIOError as error:  # the listener's queue is full
            self.connection.close()
            raise EngineBusy from error
        except OSError as error:
            self.connection.close()
            raise EngineUnavailable("The query workers cannot be reached.") from error
        self.is_used = False
        self.kept_until = 0.0

    def send(self, data: memoryview) -> int:
        """Send some of a query, with the first bytes of all the pipe's other end; return how much was taken."""
        if self._lifeline >= 0:
            return self.connection.send(data)
        end, self._lifeline = os.pipe()
        try:
            return socket.send_fds(self.connection, [data], [end])
        finally:
            os.close(end)

    def close(self) -> None:
        """Hang up: a worker that is at a query is ended by the kernel. To close twice changes nothing."""
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        self.connection.close()

    def __del__(self) -> None:
        self.close()


class Channels:
    """The connections of one web process."""

    def __init__(self, address: str) -> None:
        """Take the address of the pool."""
        self._address = address
        self._kept: deque[Channel] = deque()

    def take(self) -> Channel:
        """Return the connection that was used last, or a new one."""
        with suppress(IndexError):  # requests in threads take and keep as well
            while True:
                channel = self._kept.pop()
                if time.monotonic() < channel.kept_until:
                    return channel
                channel.close()
        return Channel(self._address)

    def keep(self, channel: Channel) -> None:
        """Keep a connection whose answer has come to its end."""
        channel.is_used = True
        channel.kept_until = time.monotonic() + KEPT_SECONDS
        self._kept.append(channel)
        while len(self._kept) > _KEPT_AT_MOST:
            self._kept.popleft().close()

    def close(self) -> None:
        """Close all that are kept."""
        while self._kept:
            self._kept.pop().close()
