"""The path and the parameters of a request exactly as the client sent them, and links to other addresses."""

from urllib.parse import parse_qsl

from werkzeug.wrappers import Request, Response

from kgpub.errors import BadRequest, NotAcceptable
from kgpub.formats import DOCUMENT_FORMATS, GRAPH_FORMATS, Format, named

_PARAMETERS_AT_MOST = 200

#: The parameters of a request, in their order.
Pairs = list[tuple[str, str]]


def raw_path(request: Request) -> str:
    """Return the request's path below the mount point, percent-encoding untouched and without the first slash.

    WSGI's PATH_INFO is decoded, in which ``a%2Fb`` and ``a/b`` are the same; as IRIs they are not.
    """
    uri: str = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.path
    path = uri.partition("?")[0]
    if path.startswith(("http://", "https://")):  # absolute form (RFC 9112, section 3.2.2)
        path = "/" + path.split("/", 3)[3] if path.count("/") > 2 else "/"  # noqa: PLR2004 (scheme and authority)
    return path.removeprefix(request.root_path.rstrip("/")).removeprefix("/")


def parameters(query: bytes | str) -> Pairs:
    """Return the parameters of a query string or a form body, each decoded once.

    Raises ``BadRequest`` for text that is not UTF-8 once decoded, or more parameters than any client sends.
    """
    text = query.decode("latin-1") if isinstance(query, bytes) else query
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_PARAMETERS_AT_MOST)
    except UnicodeDecodeError as error:
        raise BadRequest("The parameters are not UTF-8.") from error
    except ValueError as error:
        raise BadRequest(f"There are more than {_PARAMETERS_AT_MOST} parameters.") from error


def single(pairs: Pairs, name: str) -> str | None:
    """Return the value of a parameter that may be given once; raise ``BadRequest`` where it is repeated."""
    values = [value for key, value in pairs if key == name]
    if len(values) > 1:
        raise BadRequest(f"The parameter '{name}' is given {len(values)} times; once is the limit.")
    return values[0] if values else None


def document_format(pairs: Pairs) -> Format | None:
    """Return the document format that the parameter ``format`` names, None where there is no such parameter.

    Raises ``NotAcceptable`` for a name of none.
    """
    return format_by_parameter(pairs, DOCUMENT_FORMATS)


def format_by_parameter(pairs: Pairs, offered: tuple[Format, ...]) -> Format | None:
    """Return the offered format that the parameter ``format`` names, None where there is no such parameter.

    Raises ``NotAcceptable`` for a name of none.
    """
    name = single(pairs, "format")
    return None if name is None else format_of_name(name, offered)


def graph_format(name: str) -> Format:
    """Return the format for a graph that a name means; raise ``NotAcceptable`` for a name of none."""
    return format_of_name(name, GRAPH_FORMATS)


def format_of_name(name: str, offered: tuple[Format, ...]) -> Format:
    """Return the offered format that a name means; raise ``NotAcceptable`` for a name of none."""
    fmt = named(name, offered)
    if fmt is None:
        suffixes = tuple(f.suffix for f in offered)
        raise NotAcceptable(f"There is no format '{name}' here; there are {', '.join(suffixes)}.", suffixes)
    return fmt


def page_number(pairs: Pairs) -> int:
    """Return the parameter ``page``, 1 where there is none; raise ``BadRequest`` for what is no page number."""
    value = single(pairs, "page") or "1"
    if not (value.isascii() and value.isdecimal()) or not 1 <= len(value) <= 9 or int(value) < 1:  # noqa: PLR2004 (fits SQLite)
        raise BadRequest("The parameter 'page' must be a whole number from 1 up.")
    return int(value)


def add_link(response: Response, address: str, relation: str, title: str = "") -> None:
    """Add a link to the header ``Link`` (RFC 8288); *address* is a URI, *title* holds no quotation mark."""
    link = f'<{address}>; rel="{relation}"' + (f'; title="{title}"' if title else "")
    present = response.headers.get("Link")
    response.headers["Link"] = f"{present}, {link}" if present else link


def sort_methods(response: Response) -> Response:
    """Bring the methods of ``Allow`` into an order that is the same every time."""
    if "Allow" in response.headers:
        response.headers["Allow"] = ", ".join(sorted(response.headers["Allow"].split(", ")))
    return response
