"""Wait for a socket without a thread: the application is synchronous, the server an event loop.

A request runs in a greenlet. Where its code has to wait, it gives way to the event loop with what it waits for, and
goes on when that has come: one thread of a web process holds as many waiting queries as there are. With a thread for
each, switching between them took more than answering (docs/decisions/0017). Elsewhere waiting is a plain ``poll``.
"""

import asyncio
import math
import select
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

#: A request that waits for longer begins to listen whether its client is still there: most are answered before.
PATIENCE_SECONDS = 0.05
#: More requests at once are rare; each stack that is kept takes 20 kB.
_IDLE_STACKS = 64


class ClientGone(BaseException):
    """The client hung up: what its request waits for is not wanted any more.

    No error that somebody would handle, but the request's end, as ``asyncio.CancelledError`` is a task's.
    """


class Signal:
    """Something that one request waits for and another one sets, in the same event loop."""

    def __init__(self) -> None:
        self.is_set = False
        self.future: asyncio.Future[None] | None = None

    def set(self) -> None:
        """Let the one that waits go on."""
        self.is_set = True
        if self.future is not None:
            _settle(self.future)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a request waits for."""

    connection: socket.socket
    to_write: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class _Pause:
    """A signal that a request waits for."""

    signal: Signal
    seconds: float


@dataclass(frozen=True, slots=True)
class _Done:
    """What a function returned or raised."""

    value: Any
    error: BaseException | None


class _Request(greenlet):
    """The stack of one request, and of others after it, one after the other."""

    job: tuple[Callable[..., Any], tuple[object, ...]] | None = None
    done: _Done | None = None

    def run(self) -> None:
        """Do one job after the other.

        Nothing of one is kept until the next one comes: what is handed to ``switch`` would be.
        """
        assert self.parent is not None  # noqa: S101 (only the main greenlet has none)
        while True:
            self.done = self._done()
            self.parent.switch()

    def _done(self) -> _Done:
        assert self.job is not None  # noqa: S101 (who switches here has set it)
        (function, arguments), self.job = self.job, None
        try:
            return _Done(function(*arguments), None)
        except GreenletExit:
            raise
        except BaseException as error:  # noqa: BLE001 (raised again where the function was called)
            return _Done(None, error)


def wait_readable(connection: socket.socket, seconds: float) -> None:
    """Return when a socket has something to read or was closed by the other side.

    Raises ``TimeoutError`` when nothing came, ``ClientGone`` when the request's client went away meanwhile.
    """
    _wait(_Wish(connection, to_write=False, seconds=seconds))


def wait_writable(connection: socket.socket, seconds: float) -> None:
    """Return when a socket takes more; raises as ``wait_readable`` does."""
    _wait(_Wish(connection, to_write=True, seconds=seconds))


def wait_for(signal: Signal, seconds: float) -> None:
    """Return when a signal is set or the time is over; at once where there is no event loop to give way to."""
    current = getcurrent()
    if isinstance(current, _Request):
        assert current.parent is not None  # noqa: S101 (only the main greenlet has none)
        current.parent.switch(_Pause(signal, seconds))


def give_way() -> None:
    """Let the requests that are there go on first: for one that works long without waiting for anything."""
    wait_for(Signal(), 0.0)


def _wait(wish: _Wish) -> None:
    current = getcurrent()
    if isinstance(current, _Request):
        assert current.parent is not None  # noqa: S101 (only the main greenlet has none)
        current.parent.switch(wish)
        return
    poll = select.poll()
    poll.register(wish.connection, select.POLLOUT if wish.to_write else select.POLLIN)
    if not poll.poll(math.ceil(wish.seconds * 1000)):
        raise TimeoutError


class Requests:
    """Runs the requests of one event loop.

    Their stacks are used again: Python maps 16 kB of memory for each new one (3.11), and to unmap that interrupts the
    process's other threads.
    """

    def __init__(self) -> None:
        """Begin with no stack."""
        self._idle: list[_Request] = []

    async def run(
        self, function: Callable[..., Any], *arguments: object, until_gone: Callable[[], Awaitable[None]]
    ) -> Any:
        """Call a function that may wait for sockets, from a coroutine.

        *until_gone* returns when the client has gone away; it is asked only where a wait is long.
        """
        request = self._idle.pop() if self._idle else _Request()
        request.job = (function, arguments)
        result = request.switch()
        while request.done is None:
            try:
                await (_over(result) if isinstance(result, _Pause) else _granted(result, until_gone))
            except BaseException as error:  # noqa: BLE001 (cancellation too must reach the function, whose sockets are open)
                result = request.throw(error)
            else:
                result = request.switch()
        result, request.done = request.done, None
        request.gr_context = None  # what one request noted is not the next one's
        if len(self._idle) < _IDLE_STACKS:
            self._idle.append(request)
        try:
            if result.error is not None:
                raise result.error
            return result.value
        finally:
            del result  # its error knows this frame


async def _over(pause: _Pause) -> None:
    if pause.signal.is_set:
        return
    loop = asyncio.get_running_loop()
    pause.signal.future = ready = loop.create_future()
    timer = loop.call_later(pause.seconds, _settle, ready)
    try:
        await ready
    finally:
        timer.cancel()


async def _granted(wish: _Wish, until_gone: Callable[[], Awaitable[None]]) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    descriptor = wish.connection.fileno()
    (loop.add_writer if wish.to_write else loop.add_reader)(descriptor, _settle, ready)
    watch = _Watch(ready, until_gone, loop.time() + wish.seconds)
    try:
        await ready
    finally:
        watch.end()
        (loop.remove_writer if wish.to_write else loop.remove_reader)(descriptor)


class _Watch:
    """Looks after a wait that gets long: first for the client, then for the time that is left."""

    def __init__(self, ready: "asyncio.Future[None]", until_gone: Callable[[], Awaitable[None]], ends: float) -> None:
        self._loop = ready.get_loop()
        self._ready = ready
        self._until_gone = until_gone
        self._ends = ends
        self._listening: asyncio.Task[None] | None = None
        first = min(ends, self._loop.time() + PATIENCE_SECONDS)
        self._timer = self._loop.call_at(first, self._listen)

    def _listen(self) -> None:
        if self._loop.time() >= self._ends:
            _settle(self._ready, TimeoutError())
            return
        self._listening = self._loop.create_task(self._tell_gone())
        self._timer = self._loop.call_at(self._ends, _settle, self._ready, TimeoutError())

    async def _tell_gone(self) -> None:
        await self._until_gone()
        _settle(self._ready, ClientGone("The client hung up."))

    def end(self) -> None:
        self._timer.cancel()
        if self._listening is not None:
            self._listening.cancel()


def _settle(ready: "asyncio.Future[None]", error: BaseException | None = None) -> None:
    if ready.done():
        return
    if error is None:
        ready.set_result(None)
    else:
        ready.set_exception(error)
