"""The query operation of the SPARQL 1.1 Protocol (W3C, 21 March 2013, section 2.1), apart from any web framework.

What the SPARQL 1.2 Protocol (Working Draft) adds is read too: the parameter ``version``, once, and that of the media
type. The HTTP method QUERY (a safe POST) is read as POST is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from werkzeug.http import parse_options_header

from kgpub.engine import Query, Wanted
from kgpub.errors import BadRequest, NotAcceptable, PayloadTooLarge, QueryMalformed, UnsupportedMediaType
from kgpub.formats import GRAPH_FORMATS, HTML, N_TRIPLES, RESULTS_TSV, SOLUTION_FORMATS, Format, named
from kgpub.iris import is_absolute, is_iri
from kgpub.negotiation import choose
from kgpub.parameters import Pairs, deadline_seconds, parameters, single
from kgpub.query_form import form_of, is_changing, update_refused
from kgpub.query_layout import with_names_spelt_out
from kgpub.reader import Reader
from kgpub.reply import CACHE_CONTROL
from kgpub.site import Site

FORM = "application/x-www-form-urlencoded"
SPARQL_QUERY = "application/sparql-query"
SPARQL_UPDATE = "application/sparql-update"
METHODS = ("GET", "POST", "QUERY")
_WITH_BODY = ("POST", "QUERY")
_PAGE = Wanted(RESULTS_TSV, N_TRIPLES)
#: What may be asked for, by whether the result is a graph; None where the text does not tell.
_OFFERED = {
    True: (*GRAPH_FORMATS, HTML),
    False: (*SOLUTION_FORMATS, HTML),
    None: (*SOLUTION_FORMATS, *GRAPH_FORMATS, HTML),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What a client sent; *read* returns at most so many bytes of the body."""

    method: str
    query_string: bytes
    accept: str | None
    content_type: str | None
    content_encoding: str | None
    read: Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Choice:
    """How to answer: as a page, or in one of the wanted formats; *is_negotiated* unless the request names one."""

    wanted: Wanted
    is_page: bool
    is_negotiated: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """A query operation, whichever of the protocol's three ways it came: the query, how to answer, how long at most."""

    query: Query
    choice: Choice
    seconds: float | None
    is_volatile: bool

    @property
    def format(self) -> Format | None:
        """Return the format of the answer, None where only the engine will know which kind of result there is."""
        if self.choice.is_page:
            return HTML
        is_graph, wanted = form_of(self.query.text), self.choice.wanted
        return None if is_graph is None else wanted.graph if is_graph else wanted.solutions


class Protocol:
    """Reads requests to the endpoint of one release."""

    def __init__(self, site: Site, tag_of: Callable[[Format, Reader], str]) -> None:
        """Take the release, and what returns the validator of a representation for a reader."""
        self._site = site
        self._tag_of = tag_of

    def read(self, sent: Sent) -> tuple[Query | None, Pairs]:
        """Return the query and the parameters of a request; section 2.1.1 (GET), 2.1.2 (form) and 2.1.3 (direct).

        There is no query where a GET has none. Raises ``BadRequest``, ``QueryMalformed``, ``QueryRefused`` for an
        update, ``UnsupportedMediaType`` and ``PayloadTooLarge``.
        """
        in_address = parameters(sent.query_string)
        if sent.method not in _WITH_BODY:  # whatever body a GET has, means nothing (RFC 9110, section 9.3.1)
            return self._query(in_address, single(in_address, "query")), in_address
        content_type, options = parse_options_header(sent.content_type)
        media_type = content_type.lower()
        if options.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
            raise UnsupportedMediaType("SPARQL queries are read as UTF-8 only.")
        if (sent.content_encoding or "identity").lower() != "identity":  # RFC 9110, section 8.4
            raise UnsupportedMediaType("A query is sent as it is, without a content coding.")
        if media_type == FORM:
            in_both = in_address + parameters(self._body(sent))
            text = single(in_both, "query")
            if text is None:
                refuse_update(in_both)
                raise BadRequest("The form has no parameter 'query'.")
            return self._query(in_both, text), in_both
        if media_type == SPARQL_QUERY:
            if single(in_address, "query") is not None:
                raise BadRequest("There is a query in the address and another one in the body.")
            return self._query(in_address, self._text(sent)), in_address
        if media_type == SPARQL_UPDATE:
            raise update_refused()
        raise UnsupportedMediaType(f"A query is posted as {FORM} or {SPARQL_QUERY}.")

    def operation(self, query: Query, pairs: Pairs, accept: str | None) -> Operation:
        """Return how a query is to be answered.

        Raises ``NotAcceptable`` where there is no format that the client accepts, ``BadRequest`` for parameters that
        mean nothing.
        """
        single(pairs, "version")  # an announcement (SPARQL 1.2 Protocol): the engine reads 1.2 in any case
        is_volatile = is_changing(query.text) or not self._site.has_fixed_answers
        return Operation(query, choose_for(query, pairs, accept), deadline_seconds(pairs), is_volatile)

    def headers(self, operation: Operation, reader: Reader) -> list[tuple[str, str]]:
        """Return the headers of the answer, its validator among them, before the engine is asked.

        The tag is weak: where a query does not say in which order, an engine may change it.
        """
        fmt, choice = operation.format, operation.choice
        headers = [("Cache-Control", "no-cache" if operation.is_volatile else CACHE_CONTROL)]
        if fmt is not None and not operation.is_volatile:
            mounted = f"-{quote(reader.root)}" if choice.is_page and reader.root else ""
            headers.append(("ETag", f'W/"{self._tag_of(fmt, reader)}-{operation.query.digest}{mounted}"'))
        if choice.is_page:
            headers.append(("Content-Language", reader.language))
        if vary := reader.vary(by_format=choice.is_negotiated, is_spoken=choice.is_page):
            headers.append(("Vary", vary))
        return headers

    def via(self, root: str) -> str:
        """Return the link that names the release that answered (RFC 4287, section 7.1.3.2)."""
        release = self._site.release.manifest.id
        return f'<{root}/releases/{release}/sparql>; rel="via"; title="release {release}"'

    def _body(self, sent: Sent) -> bytes:
        limit_bytes = self._site.query_bytes
        body = sent.read(limit_bytes + 1)
        if len(body) > limit_bytes:
            raise PayloadTooLarge(f"A query may be {limit_bytes // 1024} KiB long at most.")
        return body

    def _text(self, sent: Sent) -> str:
        try:
            return self._body(sent).decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadRequest("The query is not UTF-8.") from error

    def _query(self, pairs: Pairs, text: str | None) -> Query | None:
        """Return the query with the data set that the protocol's parameters choose (section 2.1.4)."""
        if text is None:
            return None
        if single(pairs, "update") is not None:
            raise BadRequest("There is a query and an update; a request has one of them.")
        text = text.removeprefix("\ufeff")  # the signature that some editors put before UTF-8
        if not text.strip():
            raise QueryMalformed("The query is empty.", 1, 1)
        text = with_names_spelt_out(text)
        default = self._graphs(pairs, "default-graph-uri")
        graphs = self._graphs(pairs, "named-graph-uri")
        return Query(text, default, graphs) if default or graphs else Query(text)

    def _graphs(self, pairs: Pairs, name: str) -> tuple[str, ...]:
        """Return the graphs that a parameter names; a relative one is resolved as one after FROM would be.

        An empty value is what a form sends whose field was left empty, and names none.
        """
        values = [value.strip() for key, value in pairs if key == name and value.strip()]
        iris = [value if is_absolute(value) else urljoin(self._site.base.iri, value) for value in values]
        for value, iri in zip(values, iris, strict=True):
            if not is_iri(iri):
                raise BadRequest(f"The parameter '{name}' holds '{value[:200]}', which is no IRI.")
        return tuple(iris)


def refuse_update(pairs: Pairs) -> None:
    """Raise ``QueryRefused`` where the parameters hold an update."""
    if single(pairs, "update") is not None:
        raise update_refused()


def named_format(pairs: Pairs) -> str | None:
    """Return the format that the request names, under any of the names that clients use for it.

    SPARQLWrapper (2.0) sends several at once, each in two spellings; the first that is known counts.
    """
    given = [value for key, value in pairs if key in ("format", "output", "results") and value]
    if not given:
        return None
    offered = (*SOLUTION_FORMATS, *GRAPH_FORMATS, HTML)
    return next((value for value in given if named(value, offered)), given[0])


def choose_for(query: Query, pairs: Pairs, accept: str | None) -> Choice:
    """Return how to answer: by the format that the request names, or by what the client accepts.

    The query's verb tells which formats there are, so that a page is sent only to whom it is dearer than all data.
    """
    name = named_format(pairs)
    if name is None:
        choice = _negotiated(accept, _OFFERED[form_of(query.text)])
    elif named(name, (HTML,)):
        choice = Choice(_PAGE, is_page=True, is_negotiated=False)
    else:
        choice = Choice(
            Wanted(named(name, SOLUTION_FORMATS), named(name, GRAPH_FORMATS)), is_page=False, is_negotiated=False
        )
    if choice.wanted.solutions is None and choice.wanted.graph is None:
        types = tuple(fmt.media_type for fmt in _OFFERED[form_of(query.text)])
        raise NotAcceptable(f"No result has the format you accept; there are {', '.join(types)}.", types)
    return choice


def _negotiated(accept: str | None, offered: tuple[Format, ...]) -> Choice:
    if choose(accept, offered) is HTML:
        return Choice(_PAGE, is_page=True, is_negotiated=True)
    wanted = Wanted(choose(accept, SOLUTION_FORMATS), choose(accept, GRAPH_FORMATS))
    return Choice(wanted, is_page=False, is_negotiated=True)
