"""Ask a site over HTTP, within limits: bytes, seconds, requests a second, redirects.

``http.client`` sends what it is told to and adds nothing, which a client that follows redirects, keeps cookies and
decodes bodies by itself would not (docs/decisions/0024).
"""

import socket
import ssl
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from importlib.metadata import version
from threading import Event, Timer
from urllib.parse import urldefrag, urljoin

from kgpub.check.exchange import Answer, Ask, Chain
from kgpub.check.failures import NotReached
from kgpub.check.reach import Origin, Reach, origin_of, request_target
from kgpub.iris import uri_of

_REQUESTS_AT_MOST = 3_000
_KEPT_BYTES = 64_000_000
_RETRY_SECONDS = 10
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Manners:
    """What one request may take, and how many a second a site is asked."""

    seconds: float = 10.0
    body_bytes: int = 5_000_000
    requests_a_second: float = 10.0
    redirects: int = 10


class Client:
    """Asks one address after the other; what was asked once is not asked again."""

    def __init__(self, reach: Reach, manners: Manners) -> None:
        self._reach = reach
        self._manners = manners
        self._kept: dict[Ask, Answer] = {}
        self._kept_bytes = 0
        self._connections: dict[Origin, HTTPConnection] = {}
        self._next_at = 0.0
        self._name = f"kgpub-check/{version('kgpub')}"
        self.requests = 0

    def send(self, ask: Ask) -> Answer:
        """Return the answer to a request; raise ``NotReached`` where there is none."""
        kept = self._kept.get(ask)
        if kept is not None:
            return kept
        answer = self._answer(ask)
        if answer.status == _TOO_MANY:
            answer = self._later(ask, answer)
        if ask.method in ("GET", "HEAD") and self._kept_bytes + len(answer.body) <= _KEPT_BYTES:
            self._kept[ask] = answer
            self._kept_bytes += len(answer.body)
        return answer

    def send_anew(self, ask: Ask) -> Answer:
        """Return the answer to a request that may have been asked before."""
        self._kept.pop(ask, None)
        return self.send(ask)

    def follow(self, ask: Ask) -> Chain:
        """Return the answers to a request and to those that redirects lead to, as far as they may be followed.

        Raises ``NotReached`` where one of them is not answered, or goes round in a circle.
        """
        answers = [self.send(ask)]
        seen = {ask.url}
        while answers[-1].is_redirect:
            target = location_of(answers[-1])
            if target in seen:
                raise NotReached(f"{ask.url} is redirected in a circle: {target} comes again.", "redirect.circle")
            if len(seen) > self._manners.redirects:
                raise NotReached(
                    f"{ask.url} is redirected more than {self._manners.redirects} times.", "redirect.circle"
                )
            seen.add(target)
            answers.append(self.send(Ask(target, ask.accept, ask.method, ask.fields, ask.body)))
        return Chain(tuple(answers))

    def close(self) -> None:
        """Hang up."""
        for connection in self._connections.values():
            connection.close()

    def _later(self, ask: Ask, answer: Answer) -> Answer:
        asked_for = answer.field("retry-after") or ""
        time.sleep(min(int(asked_for) if asked_for.isdecimal() else 1, _RETRY_SECONDS))
        answer = self._answer(ask)
        if answer.status == _TOO_MANY:
            raise NotReached(f"{ask.url} is not answered: the site is asked too often (429); try a lower --rate.")
        return answer

    def _answer(self, ask: Ask) -> Answer:
        self.requests += 1
        if self.requests > _REQUESTS_AT_MOST:
            raise NotReached(f"{ask.url} is not asked: there were {_REQUESTS_AT_MOST} requests already.")
        self._wait()
        origin = origin_of(ask.url)
        kept = self._connections.pop(origin, None)
        if kept is not None:
            try:
                return self._exchange(kept, origin, ask)
            except NotReached:  # the server had closed it, perhaps
                kept.close()
        return self._exchange(self._connect(ask.url, origin), origin, ask)

    def _wait(self) -> None:
        now = time.monotonic()
        if now < self._next_at:
            time.sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + 1 / self._manners.requests_a_second

    def _connect(self, url: str, origin: Origin) -> HTTPConnection:
        scheme, host, port = origin
        family, address = self._reach.machine(url)
        connection: HTTPConnection = HTTPSConnection(host, port) if scheme == "https" else HTTPConnection(host, port)
        plain = socket.socket(socket.AddressFamily(family), socket.SOCK_STREAM)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.settimeout(self._manners.seconds)
        deadline = Timer(self._manners.seconds, _hang_up, (plain, Event()))
        deadline.start()
        try:
            plain.connect((address, port))
            connection.sock = _secured(plain, host) if scheme == "https" else plain
        except OSError as error:
            plain.close()
            raise NotReached(f"{url} is not answered ({_reason(error)}).") from error
        finally:
            deadline.cancel()
        return connection

    def _exchange(self, connection: HTTPConnection, origin: Origin, ask: Ask) -> Answer:
        seconds = self._manners.seconds
        is_late = Event()
        deadline = Timer(seconds, _hang_up, (connection.sock, is_late))
        deadline.start()
        try:
            response = _request(connection, ask, self._name)
            with closing(response):
                body = response.read(self._manners.body_bytes + 1)
            if is_late.is_set() or (response.length and len(body) <= self._manners.body_bytes):
                raise HTTPException("it broke off")
        except (OSError, HTTPException, ValueError) as error:
            connection.close()
            why = f"not whole within {seconds:g} s" if is_late.is_set() else _reason(error)
            raise NotReached(f"{ask.url} is not answered ({why}).") from error
        finally:
            deadline.cancel()
        is_cut = len(body) > self._manners.body_bytes
        if is_cut or response.will_close:
            connection.close()
        else:
            self._connections[origin] = connection
        fields = tuple((name.lower(), value) for name, value in response.headers.items())
        return Answer(ask, response.status, fields, body[: self._manners.body_bytes], is_cut)


def location_of(answer: Answer) -> str:
    """Return the address that a redirect leads to, without its fragment; raise ``NotReached`` where it is none."""
    told = answer.field("location") or ""
    try:
        return uri_of(urldefrag(urljoin(answer.ask.url, told)).url)
    except ValueError as error:
        raise NotReached(f"{answer.ask.url} leads to '{told[:200]}', which is no address.") from error


def _secured(plain: socket.socket, host: str) -> ssl.SSLSocket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _request(connection: HTTPConnection, ask: Ask, user_agent: str) -> HTTPResponse:
    connection.putrequest(ask.method, request_target(ask.url), skip_accept_encoding=True)
    connection.putheader("User-Agent", user_agent)
    for name, value in ask.headers:
        connection.putheader(name, value)
    body = None if ask.body is None else ask.body.encode()
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    return connection.getresponse()


def _hang_up(connected: socket.socket, is_late: Event) -> None:
    """End a connection from another thread, whatever its reader waits for."""
    is_late.set()
    with suppress(OSError):  # it is over already
        socket.socket.shutdown(connected, socket.SHUT_RDWR)  # not TLS's own way, which would say good-bye first


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
