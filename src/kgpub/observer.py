"""See every request from outside the application: its beginning, what is sent, and whether the end was."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from kgpub.access_log import AnsweredRequest
from kgpub.account import ACCOUNT, Account
from kgpub.client_address import ClientAddresses
from kgpub.log_file import LogFile
from kgpub.metrics import Metrics
from kgpub.mount import Mount

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

#: A request that no route of the application matches.
NO_ROUTE = "none"


@dataclass(frozen=True, slots=True)
class Observer:
    """An ASGI application that lets another one answer, and tells the log and the metrics how it went.

    *route_of* finds the route of a request that the application did not look at, because its answer was kept.
    """

    application: Application
    release: str
    clients: ClientAddresses
    mount: Mount
    route_of: Callable[[str, str], str]
    metrics: Metrics | None
    log: LogFile | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3.0)."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        scope = self.mount.as_asked(scope)
        account = scope[ACCOUNT] = Account(self.clients.of(scope))
        response = _Response(send, account)
        if self.metrics is not None:
            self.metrics.request_began()
        try:
            await self.application(scope, receive, response.send)
        finally:
            self._tell(scope, account, response)

    def _tell(self, scope: Scope, account: Account, response: "_Response") -> None:
        seconds = time.perf_counter() - response.began
        method, path = scope["method"], scope["path"]
        route = account.route or self.route_of(path.removeprefix(scope.get("root_path", "")), method)
        if self.metrics is not None:
            self.metrics.request_ended(route, method, response.status, seconds, response.sent_bytes)
            self._count_rest(self.metrics, route, account, response)
        if self.log is None:
            return
        answered = AnsweredRequest(
            time.time() - seconds, self.release, route, method, scope.get("raw_path") or path.encode(),
            b"" if account.digest or not account.cache else scope["query_string"],
            response.status, response.content_type, seconds, response.sent_bytes,
            account.cache, account.digest, account.client, not response.is_whole,
        )  # fmt: skip
        self.log.put(answered.line)

    def _count_rest(self, metrics: Metrics, route: str, account: Account, response: "_Response") -> None:
        if account.cache:
            metrics.cache_asked(account.cache)
        if not response.is_whole:
            metrics.aborted(route)
        if self.log is not None and self.log.lost_lines:
            metrics.lines_lost(self.log.lost_lines)


class _Response:
    """What was sent of a response."""

    __slots__ = ("_account", "_send", "began", "content_type", "is_whole", "sent_bytes", "status")

    def __init__(self, send: Send, account: Account) -> None:
        self._send = send
        self._account = account
        self.began = time.perf_counter()
        self.status = 0
        self.content_type = b""
        self.sent_bytes = 0
        self.is_whole = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = message["headers"]
            self.content_type = next((value for name, value in headers if name == b"content-type"), b"")
            if self._account.engine_seconds is not None:
                message = message | {"headers": [*headers, *self._timing(self._account.engine_seconds)]}
            await self._send(message)
            return
        await self._send(message)
        self.sent_bytes += len(message.get("body", b""))
        self.is_whole = not message.get("more_body", False)

    def _timing(self, engine_seconds: float) -> list[tuple[bytes, bytes]]:
        """Return what the engine took and what all took until the answer began (W3C Server Timing)."""
        total_seconds = time.perf_counter() - self.began
        timing = f"engine;dur={engine_seconds * 1000:.2f}, total;dur={total_seconds * 1000:.2f}"
        return [(b"server-timing", timing.encode()), (b"timing-allow-origin", b"*")]
