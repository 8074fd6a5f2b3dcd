"""End this process when whoever asked a query gives it up.

While an engine evaluates, no code of ours runs that could look after the client. The kernel does: with the query comes
the reading end of a pipe. Nothing is ever written to it; it closes at the other end when the query is not wanted any
more. A pipe with ``O_ASYNC`` sends ``SIGIO`` then, and a process that does not handle ``SIGIO`` ends (fcntl(2),
signal(7)). The socket of the query would not do: it also tells of data that came and of room that there is again, and
tells that late, when the query is read already.
"""

import fcntl
import os
import sys

_IS_LINUX = sys.platform == "linux"


class Lifeline:
    """The reading end of the pipe that came with a query."""

    def __init__(self, end: int) -> None:
        """Take the pipe's end; those that come over the same connection later have the same."""
        self._end = end
        if _IS_LINUX:
            fcntl.fcntl(end, fcntl.F_SETOWN, os.getpid())

    def watch(self) -> None:
        """Let the kernel end this process if the query is given up; raise ``ConnectionError`` if it was already."""
        fcntl.fcntl(self._end, fcntl.F_SETFL, os.O_NONBLOCK | (os.O_ASYNC if _IS_LINUX else 0))
        try:
            os.read(self._end, 1)
        except BlockingIOError:
            return
        raise ConnectionError("The other side hung up.")

    def rest(self) -> None:
        """Let the process live on, whatever becomes of the query."""
        fcntl.fcntl(self._end, fcntl.F_SETFL, os.O_NONBLOCK)

    def close(self) -> None:
        """Let go of the pipe."""
        os.close(self._end)
