"""Connections whose clients stop reading."""

import socket
import sys
import time

import pytest

from kgpub.listeners import give_up_unread

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a listening socket hands its options on in Linux")


def seconds_until_given_up(server: socket.socket) -> float:
    """Return how long a server goes on with a client that never reads."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
    client.connect(server.getsockname())
    taken, _ = server.accept()
    taken.settimeout(10)
    begun = time.monotonic()
    with client, taken, pytest.raises(TimeoutError, match="Connection timed out"):
        taken.sendall(b"x" * 50_000_000)
    return time.monotonic() - begun


def test_a_connection_that_nobody_reads_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert give_up_unread(server.getsockname()[1], 1)
        assert seconds_until_given_up(server) < 5


def test_other_sockets_are_left_alone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("127.0.0.1", 0)) as other:
        assert give_up_unread(server.getsockname()[1], 1)
        assert server.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 1_000
        assert other.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 0
