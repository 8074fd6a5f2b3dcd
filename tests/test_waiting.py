"""Waiting for sockets: requests that wait stand in nobody's way, and end when their client has gone."""

import asyncio
import gc
import socket
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import ContextVar

import pytest
from greenlet import getcurrent

from kgpub.waiting import ClientGone, Requests, give_way, wait_readable, wait_writable

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
        waiting = [asyncio.create_task(Requests().run(receive, ours, 5.0, until_gone=never)) for ours, _ in pairs]
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

    assert asyncio.run(Requests().run(divide, 2, until_gone=never)) == 0.5
    with pytest.raises(ZeroDivisionError):
        asyncio.run(Requests().run(divide, 0, until_gone=never))


@pytest.mark.parametrize("seconds", [0.01, 0.15])
def test_a_wait_has_an_end(pair: Pair, seconds: float) -> None:
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        asyncio.run(Requests().run(receive, pair[0], seconds, until_gone=never))
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
        waiting = asyncio.create_task(Requests().run(wait_writable, ours, 5.0, until_gone=never))
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
        asyncio.run(Requests().run(ask, until_gone=gone_soon))
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
        task = asyncio.create_task(Requests().run(ask, until_gone=never))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert ended == [True]


def test_a_stack_is_used_again_whatever_became_of_its_request(pair: Pair) -> None:
    requests = Requests()

    async def in_a_row(*jobs: Callable[[], object]) -> list[object]:
        return [
            (await asyncio.gather(requests.run(job, until_gone=at_once), return_exceptions=True))[0] for job in jobs
        ]

    async def at_once() -> None:
        return

    first, short, failed, gone, late, last = asyncio.run(
        in_a_row(
            getcurrent,
            give_way,
            lambda: 1 / 0,
            lambda: wait_readable(pair[0], 30),
            lambda: wait_readable(pair[0], 0.01),
            getcurrent,
        )
    )
    assert short is None
    assert [type(error) for error in (failed, gone, late)] == [ZeroDivisionError, ClientGone, TimeoutError]
    assert first is last


def test_what_one_request_notes_is_not_the_next_one_s() -> None:
    requests, note = Requests(), ContextVar("note", default="nothing")

    def noted() -> str:
        before = note.get()
        note.set("something")
        return before

    async def twice() -> list[str]:
        return [await requests.run(noted, until_gone=never) for _ in range(2)]

    assert asyncio.run(twice()) == ["nothing", "nothing"]


def test_nothing_of_a_request_is_kept_after_it() -> None:
    class Thing:
        def itself(self) -> "Thing":
            give_way()
            return self

        def broken(self) -> None:
            give_way()
            raise ValueError

    requests = Requests()

    async def act() -> list[bool]:
        told, failed = Thing(), Thing()
        left = [weakref.ref(told), weakref.ref(failed)]
        await requests.run(told.itself, until_gone=never)
        with suppress(ValueError):
            await requests.run(failed.broken, until_gone=never)
        del told, failed
        gc.collect()
        return [one() is None for one in left]

    assert asyncio.run(act()) == [True, True]


def test_one_that_works_long_gives_way_to_those_that_come_meanwhile() -> None:
    done: list[str] = []

    def work(name: str, steps: int) -> None:
        for _ in range(steps):
            give_way()
        done.append(name)

    async def both() -> None:
        long = asyncio.create_task(Requests().run(work, "long", 5, until_gone=never))
        await asyncio.sleep(0)
        await asyncio.gather(long, Requests().run(work, "short", 1, until_gone=never))

    asyncio.run(both())
    assert done == ["short", "long"]
    work("elsewhere", 1)  # where there is no event loop nobody waits
