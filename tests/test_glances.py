"""A moment's look for an answer: it sees what comes, and looks less where nothing came."""

import os
import resource
import select
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kgpub.glances import Glances


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def test_what_is_there_or_comes_within_a_moment_is_seen(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    glances = Glances()
    there.send(b"x")
    assert glances.sees(here)
    here.recv(1)
    there.close()
    assert glances.sees(here)


def test_looks_in_vain_become_rare_until_one_is_not(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = ends
    looks: list[float] = []

    def look(*arguments: Any) -> Any:
        looks.append(arguments[3])
        return really_look(*arguments)

    really_look = select.select
    monkeypatch.setattr(select, "select", look)
    glances = Glances()
    assert not any(glances.sees(here) for _ in range(2_000))
    assert len(looks) < 2_000 / 64 + 8
    assert max(looks) <= 0.001
    there.send(b"x")
    seen = [glances.sees(here) for _ in range(80)]
    assert any(seen)
    assert all(seen[seen.index(True) :])


def test_a_look_ends_when_something_comes(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    threading.Timer(0.0, there.send, (b"x",)).start()
    assert any(Glances().sees(here) for _ in range(1_000))


def test_a_descriptor_that_select_does_not_know_is_not_looked_at(ends: tuple[socket.socket, socket.socket]) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < 2_000:
        pytest.skip("the system allows too few descriptors")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(before[0], 2_000), most))
    here, there = ends
    there.send(b"x")
    high = os.dup2(here.fileno(), 1_500)
    try:
        with socket.socket(fileno=high) as connection:
            assert not Glances().sees(connection)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
