"""The shortcut for SPARQL queries: those that programs send, answered as data."""

from collections.abc import Callable
from http import HTTPStatus

from kgpub.formats import Format
from kgpub.protocol import Protocol, Sent
from kgpub.reader import Reader, plain_reader
from kgpub.reply import ALWAYS_SENT, CONDITIONS, Reply, Request, Stream, as_sent, with_length
from kgpub.site import Site


class QueryShortcut:
    """Answers ``/sparql`` where a query is asked and its answer is no page; requests with conditions are left."""

    route = "sparql.sparql"

    def __init__(self, site: Site, tag_of: Callable[[Format, Reader], str], root: str = "") -> None:
        """Take the release, what returns the validator of a representation for a reader, and where links start."""
        self._site = site
        self._reader = plain_reader(site, root)
        self._protocol = Protocol(site, tag_of)
        self._always = [(b"link", self._protocol.via(root).encode()), *ALWAYS_SENT]

    def __call__(self, request: Request) -> Reply | None:
        """Return the reply to a request; see ``Shortcut``."""
        if request.path != "/sparql" or request.method not in ("GET", "POST"):
            return None
        if not CONDITIONS.isdisjoint(request.fields):
            return None
        accept = request.text(b"accept")
        query, pairs = self._protocol.read(_sent(request, accept))
        if query is None:
            return None
        operation = self._protocol.operation(query, pairs, accept)
        if operation.choice.is_page:
            return None
        budget = self._site.budget.lowered_to(operation.seconds)
        answer = self._site.engine.evaluate(query, operation.choice.wanted, budget)
        headers = as_sent(self._protocol.headers(operation, self._reader))
        headers.append((b"content-type", answer.format.content_type.encode()))
        headers += self._always
        if answer.whole is None:
            return Reply(HTTPStatus.OK, headers, None, Stream(answer))
        return Reply(HTTPStatus.OK, with_length(headers, answer.whole), answer.whole)


def _sent(request: Request, accept: str | None) -> Sent:
    return Sent(
        request.method,
        request.query_string,
        accept,
        request.text(b"content-type"),
        request.text(b"content-encoding"),
        lambda size: request.body[:size],
    )
