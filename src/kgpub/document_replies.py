"""The headers and the body of a document, for one kind of reader, apart from any web framework."""

from collections.abc import Callable

from kgpub.content_coding import Headers
from kgpub.description import Description
from kgpub.formats import HTML, Format
from kgpub.lookup import Lookup, Page
from kgpub.reader import Reader, plain_reader, reader_of
from kgpub.reply import ALWAYS_SENT, as_sent
from kgpub.representation import represent
from kgpub.site import Site


class DocumentReplies:
    """Makes what a request for the first page of a document is answered with."""

    def __init__(
        self, site: Site, lookup: Lookup, page_of: Callable[[Reader, Description], str], root: str = ""
    ) -> None:
        """Take the release, what tells a document's headers, what makes a page for a reader, and where links start."""
        self._site = site
        self._lookup = lookup
        self._page_of = page_of
        self._root = root
        self._plain = plain_reader(site, root)
        self._silent = reader_of(site, root)

    def usual_reader(self, fmt: Format) -> Reader:
        """Return the reader whose client names no language: for data that is everybody."""
        return self._silent if fmt is HTML else self._plain

    def reader(self, fmt: Format, accept_language: str | None) -> Reader:
        """Return the reader who sends a header ``Accept-Language``, or none."""
        return self.usual_reader(fmt) if fmt is not HTML else reader_of(self._site, self._root, accept_language)

    def headers(self, iri: str, fmt: Format, reader: Reader, *, is_negotiated: bool) -> Headers:
        """Return the headers of a document but for its length, before it is made."""
        page = Page(iri)
        told = self._lookup.headers(page, self._lookup.pages(page), fmt, reader, is_negotiated=is_negotiated)
        return [*as_sent(told), *ALWAYS_SENT]

    def body(self, description: Description, fmt: Format, reader: Reader) -> bytes:
        """Return the body of a document; raise ``NotAcceptable`` where a syntax cannot write it."""
        if fmt is HTML:
            return self._page_of(reader, description).encode()
        return represent(self._site, description, fmt)
