"""Addresses as sites write them: what is none must be seen to be none, and break nothing."""

from urllib.parse import urldefrag, urljoin, urlsplit

from kgpub.iris import uri_of


def joined(base: str, address: str) -> str:
    """Return an address that may be relative in full; as it is, where it is none."""
    try:
        return urljoin(base, address.strip())
    except ValueError:  # "http://["
        return address


def host_of(address: str) -> str:
    """Return the host of an http(s) address with its port; nothing where it is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return parts.netloc if parts.scheme in ("http", "https") else ""


def request_address(address: str) -> str:
    """Return an address as it is sent: without its fragment, with a path, characters beyond ASCII percent-encoded."""
    try:
        parts = urlsplit(urldefrag(address).url)
        return uri_of(parts._replace(path=parts.path or "/").geturl() if parts.netloc else parts.geturl())
    except ValueError:
        return address
