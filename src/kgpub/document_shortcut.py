"""The shortcut for documents: the first page of what the graph says of a thing, below ``/doc/``."""

from http import HTTPStatus

from kgpub.content_coding import Headers, without_codings
from kgpub.description import describe
from kgpub.document_replies import DocumentReplies
from kgpub.formats import DOCUMENT_FORMATS, HTML, Format
from kgpub.lookup import Lookup
from kgpub.negotiation import choose
from kgpub.prepared_documents import PreparedDocuments
from kgpub.reader import Reader
from kgpub.reply import CONDITIONS, Reply, Request, is_known, not_modified, with_length
from kgpub.site import Site

_PLACE = "/doc/"
_LEFT = CONDITIONS - {b"if-none-match"}


class DocumentShortcut:
    """Answers ``/doc/…`` without parameters where a document is there, and its validator if the client has it."""

    route = "dereference.document"

    def __init__(
        self, site: Site, lookup: Lookup, replies: DocumentReplies, prepared: PreparedDocuments | None = None
    ) -> None:
        """Take the release, what finds documents, what makes them, and those that are made already."""
        self._site = site
        self._lookup = lookup
        self._replies = replies
        self._prepared = prepared

    def __call__(self, request: Request) -> Reply | None:
        """Return the reply to a request; see ``Shortcut``."""
        if request.method != "GET" or request.query_string or not request.path.startswith(_PLACE):
            return None
        found = self._lookup.document(request.path.removeprefix(_PLACE)) if _LEFT.isdisjoint(request.fields) else None
        if found is None:
            return None
        iri, fixed = found
        fmt = fixed or choose(request.text(b"accept"), DOCUMENT_FORMATS)
        return self._reply(request, iri, fmt, is_negotiated=fixed is None) if fmt is not None else None

    def _reply(self, request: Request, iri: str, fmt: Format, *, is_negotiated: bool) -> Reply | None:
        reader = self._replies.reader(fmt, request.text(b"accept-language"))
        known = without_codings(request.fields.get(b"if-none-match", b""))
        prepared = None if known else self._prepared_for(reader, iri, fmt, is_negotiated=is_negotiated)
        if prepared is not None:
            return Reply(HTTPStatus.OK, *prepared)
        headers = self._replies.headers(iri, fmt, reader, is_negotiated=is_negotiated)
        if is_known(headers, known):
            return Reply(HTTPStatus.NOT_MODIFIED, not_modified(headers), b"")
        description = describe(self._site, iri)
        if description is None:
            return None
        body = self._replies.body(description, fmt, reader)
        return Reply(HTTPStatus.OK, with_length(headers, body), body)

    def _prepared_for(
        self, reader: Reader, iri: str, fmt: Format, *, is_negotiated: bool
    ) -> tuple[Headers, bytes] | None:
        """Return the headers and the body of a document that was prepared, which is for usual readers."""
        if self._prepared is None or reader != self._replies.usual_reader(fmt):
            return None
        prepared = self._prepared.get(iri, fmt)
        if prepared is None or is_negotiated:
            return prepared
        headers, body = prepared
        vary = reader.vary(by_format=False, is_spoken=fmt is HTML).encode()
        kept = [field for field in headers if field[0] != b"vary"]
        return [*kept, (b"vary", vary)] if vary else kept, body
