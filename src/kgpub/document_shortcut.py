"""The shortcut for documents: the first page of what the graph says of a thing, below ``/doc/``."""

from collections.abc import Callable
from http import HTTPStatus

from kgpub.content_coding import without_codings
from kgpub.description import Description, describe
from kgpub.formats import DOCUMENT_FORMATS, HTML
from kgpub.lookup import Lookup, Page
from kgpub.negotiation import choose
from kgpub.reader import Reader, plain_reader, reader_of
from kgpub.reply import ALWAYS_SENT, CONDITIONS, Reply, Request, is_known, not_modified
from kgpub.representation import represent
from kgpub.site import Site

_PLACE = "/doc/"
_LEFT = CONDITIONS - {b"if-none-match"}


class DocumentShortcut:
    """Answers ``/doc/…`` without parameters where a document is there, and its validator if the client has it."""

    route = "dereference.document"

    def __init__(self, site: Site, lookup: Lookup, page_of: Callable[[Reader, Description], str]) -> None:
        """Take the release, what finds documents and tells their headers, and what makes a page for a reader."""
        self._site = site
        self._plain = plain_reader(site)
        self._lookup = lookup
        self._page_of = page_of

    def __call__(self, request: Request) -> Reply | None:
        """Return the reply to a request; see ``Shortcut``."""
        if request.method != "GET" or request.query_string or not request.path.startswith(_PLACE):
            return None
        found = self._lookup.document(request.path.removeprefix(_PLACE)) if _LEFT.isdisjoint(request.fields) else None
        if found is None:
            return None
        iri, fixed = found
        fmt = fixed or choose(request.text(b"accept"), DOCUMENT_FORMATS)
        if fmt is None:
            return None
        reader = reader_of(self._site, "", request.text(b"accept-language")) if fmt is HTML else self._plain
        page = Page(iri)
        told = self._lookup.headers(page, self._lookup.pages(page), fmt, reader, is_negotiated=fixed is None)
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in told]
        headers += ALWAYS_SENT
        if is_known(headers, without_codings(request.fields.get(b"if-none-match", b""))):
            return Reply(HTTPStatus.NOT_MODIFIED, not_modified(headers), b"")
        description = describe(self._site, iri)
        if description is None:
            return None
        body = self._page_of(reader, description).encode() if fmt is HTML else represent(self._site, description, fmt)
        headers.append((b"content-length", str(len(body)).encode()))
        return Reply(HTTPStatus.OK, headers, body)
