"""The address of a request exactly as the client sent it, and links to other addresses."""

import re

from werkzeug.wrappers import Request, Response

from kgpub.errors import BadRequest

#: A host as a URI can have it (RFC 3986, section 3.2.2), names in ASCII only, with or without a port.
_HOST = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def origin(request: Request) -> str:
    """Return scheme and host of this server as the client named them: ``http://127.0.0.1:8000``.

    Only addresses of this server are made from it, never the IRI of anything. Raises ``BadRequest`` where the client
    names no host.
    """
    host = request.environ.get("HTTP_HOST") or request.host
    if not _HOST.fullmatch(host):
        raise BadRequest("The header field Host is not the name of a host.")
    return f"{request.scheme}://{host}"


def raw_path(request: Request) -> str:
    """Return the request's path below the mount point, percent-encoding untouched and without the first slash.

    WSGI's PATH_INFO is decoded, in which ``a%2Fb`` and ``a/b`` are the same; as IRIs they are not.
    """
    uri: str = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.path
    path = uri.partition("?")[0]
    if path.startswith(("http://", "https://")):  # absolute form (RFC 9112, section 3.2.2)
        path = "/" + path.split("/", 3)[3] if path.count("/") > 2 else "/"  # noqa: PLR2004 (scheme and authority)
    return path.removeprefix(request.root_path.rstrip("/")).removeprefix("/")


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
