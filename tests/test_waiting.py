"""Waiting for sockets: requests that wait stand in nobody's way, and end when their client has gone."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from kgpub.waiting import ClientGone, give_way, run, wait_readable, wait_writable

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    ours.settimeout(0)
    theirs.settimeout(0)
    with ours, theirs:
        yield ours, theirs


async def never() -> None:
    await asyncio.Event().wait()


def receive(connection: socket.socket, seconds: float) -> bytes:
    wait_readable(connection, seconds)
    return connection.recv(10)


def test_one_thread_holds_many_requests_that_wait() -> None:
    pairs = [socket.socketpair() for _ in range(50)]

    async def all_of_them() -> list[bytes]:
        waiting = [asyncio.create_task(run(receive, ours, 5.0, until_gone=never)) for ours, _ in pairs]
        await asyncio.sleep(0.01)
        for number, (_, theirs) in reversed([*enumerate(pairs)]):
            theirs.send(str(number).encode())
        return list(await asyncio.gather(*waiting))

    assert asyncio.run(all_of_them()) == [str(number).encode() for number in range(50)]
    for ours, theirs in pairs:
        ours.close()
        theirs.close()


def test_what_does_not_wait_runs_at_once_and_its_error_is_its_caller_s() -> None:
    def divide(by: int) -> float:
        return 1 / by

    assert asyncio.run(run(divide, 2, until_gone=never)) == 0.5
    with pytest.raises(ZeroDivisionError):
        asyncio.run(run(divide, 0, until_gone=never))


@pytest.mark.parametrize("seconds", [0.01, 0.15])
def test_a_wait_has_an_end(pair: Pair, seconds: float) -> None:
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        asyncio.run(run(receive, pair[0], seconds, until_gone=never))
    assert seconds <= time.monotonic() - begun < seconds + 1


def test_outside_an_event_loop_waiting_is_the_same(pair: Pair) -> None:
    pair[1].send(b"here")
    assert receive(pair[0], 1) == b"here"
    with pytest.raises(TimeoutError):
        wait_readable(pair[0], 0.01)


def test_a_full_socket_is_waited_for_until_it_takes_more(pair: Pair) -> None:
    ours, theirs = pair
    with suppress(BlockingIOError):
        while ours.send(b"x" * 65_536):
            pass

    async def emptied() -> None:
        waiting = asyncio.create_task(run(wait_writable, ours, 5.0, until_gone=never))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        while not waiting.done():
            try:
                theirs.recv(1_000_000)
            except BlockingIOError:
                await asyncio.sleep(0.001)
        await waiting

    asyncio.run(emptied())


def test_a_client_that_goes_away_ends_a_long_wait_and_sockets_are_closed(pair: Pair) -> None:
    closed = []

    def ask() -> bytes:
        try:
            return receive(pair[0], 30)
        except BaseException:
            closed.append(True)
            raise

    async def gone_soon() -> None:
        await asyncio.sleep(0.01)

    begun = time.monotonic()
    with pytest.raises(ClientGone):
        asyncio.run(run(ask, until_gone=gone_soon))
    assert time.monotonic() - begun < 5
    assert closed == [True]


def test_a_request_that_is_cancelled_ends_what_it_does(pair: Pair) -> None:
    ended = []

    def ask() -> None:
        try:
            wait_readable(pair[0], 30)
        finally:
            ended.append(True)

    async def cancelled() -> None:
        task = asyncio.create_task(run(ask, until_gone=never))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert ended == [True]


def test_one_that_works_long_gives_way_to_those_that_come_meanwhile() -> None:
    done: list[str] = []

    def work(name: str, steps: int) -> None:
        for _ in range(steps):
            give_way()
        done.append(name)

    async def both() -> None:
        long = asyncio.create_task(run(work, "long", 5, until_gone=never))
        await asyncio.sleep(0)
        await asyncio.gather(long, run(work, "short", 1, until_gone=never))

    asyncio.run(both())
    assert done == ["short", "long"]
    work("elsewhere", 1)  # where there is no event loop nobody waits
