"""The path of a request exactly as the client sent it, and links to other addresses."""

from werkzeug.wrappers import Request, Response


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
