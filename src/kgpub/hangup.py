"""End this process when the other side of its socket hangs up.

While an engine evaluates, no code of ours runs that could look after the client. The kernel does: a socket with
``O_ASYNC`` sends ``SIGIO`` when it is closed at the other end, and a process that does not handle ``SIGIO`` ends
(fcntl(2), signal(7)). The signal also tells that a full socket has room again, so it must be off while sending. The
sockets are blocking ones without any other flag.
"""

import fcntl
import os
import socket
import sys

_IS_LINUX = sys.platform == "linux"


def watch(connection: socket.socket) -> None:
    """Let the kernel end this process if the other side hangs up; raise ``ConnectionError`` if it has already."""
    if _IS_LINUX:
        fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(connection, fcntl.F_SETFL, os.O_ASYNC)
    if has_hung_up(connection):
        raise ConnectionError("The other side hung up.")


def unwatch(connection: socket.socket) -> None:
    """Let the process live on, whatever the other side does."""
    if _IS_LINUX:
        fcntl.fcntl(connection, fcntl.F_SETFL, 0)


def has_hung_up(connection: socket.socket) -> bool:
    """Tell whether the other side has hung up and everything it sent before was read."""
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
