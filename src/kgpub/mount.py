"""Where readers reach this server: below which path, under which host and scheme, as settings and trusted proxies tell.

A request is changed into the one that its client sent: ``path`` begins with ``root_path`` (ASGI 3.0), ``scheme`` and
``Host`` are the client's. All links are made from those, so nobody else may have a say in them.
"""

import re
from collections.abc import Mapping
from typing import Any

from kgpub.client_address import ClientAddresses
from kgpub.iris import is_mount

Scope = dict[str, Any]

#: A host as a URI can have it (RFC 3986, section 3.2.2), names in ASCII only, with or without a port.
_HOST = re.compile(rb"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?\Z")
_LONGEST = 255
_FORWARDED = (b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-prefix")


class Mount:
    """Turns requests into those that clients sent."""

    def __init__(self, path: str, clients: ClientAddresses) -> None:
        """Take the path that requests for this server begin with (empty, or ``/kg``), and who knows trusted proxies."""
        self._path = path
        self._clients = clients

    def as_asked(self, scope: Scope) -> Scope:
        """Return a request (ASGI 3.0) as its client sent it."""
        asked = self._below(scope)
        if not self._clients.is_from_trusted_proxy(scope):
            return asked
        told = _told(scope)
        return _with_prefix(_with_host(_with_scheme(asked, told), told), told)

    def _below(self, scope: Scope) -> Scope:
        """Return a request with the path below which the settings mount this server, if it is one for there.

        Others are answered as well: health checks, which do not come through the proxy.
        """
        raw = _raw_path(scope)
        if not self._path or not (raw == self._path.encode() or raw.startswith(f"{self._path}/".encode())):
            return scope
        slash = "/" if raw == self._path.encode() else ""
        return {**scope, "root_path": self._path, "path": scope["path"] + slash, "raw_path": raw + slash.encode()}


def _told(scope: Scope) -> Mapping[bytes, bytes]:
    """Return what the proxy tells: of several values the last, which is its own."""
    return {name: value.rpartition(b",")[2].strip() for name, value in scope["headers"] if name in _FORWARDED}


def _with_scheme(scope: Scope, told: Mapping[bytes, bytes]) -> Scope:
    scheme = told.get(b"x-forwarded-proto", b"").lower()
    return {**scope, "scheme": scheme.decode()} if scheme in (b"http", b"https") else scope


def _with_host(scope: Scope, told: Mapping[bytes, bytes]) -> Scope:
    host = told.get(b"x-forwarded-host", b"")
    if len(host) > _LONGEST or not _HOST.match(host):
        return scope
    return {**scope, "headers": [(b"host", host), *(field for field in scope["headers"] if field[0] != b"host")]}


def _with_prefix(scope: Scope, told: Mapping[bytes, bytes]) -> Scope:
    """Put back the beginning of the path that the proxy took off."""
    prefix = told.get(b"x-forwarded-prefix", b"").decode("latin-1").rstrip("/")
    raw = _raw_path(scope)
    if not prefix or not is_mount(prefix) or not raw.startswith(b"/"):
        return scope
    return {
        **scope,
        "root_path": prefix + scope.get("root_path", ""),
        "path": prefix + scope["path"],
        "raw_path": prefix.encode() + raw,
    }


def _raw_path(scope: Scope) -> bytes:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw
