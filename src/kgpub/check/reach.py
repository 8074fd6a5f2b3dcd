"""Which addresses may be asked: a site that is checked must not make its visitor ask other machines of ours.

Names are resolved here and the connection goes to the very address that was judged, so that a name cannot mean another
machine a moment later.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from kgpub.check.failures import NotReached

_PORTS = {"http": 80, "https": 443}
#: Ports below this belong to other protocols, but for those of the web.
_FREE_PORTS = 1024
_LONGEST_ADDRESS = 8_000
#: IPv6 addresses that stand for IPv4 ones (RFC 6052).
_TRANSLATED = ip_network("64:ff9b::/96")

Machine = tuple[int, str]
Origin = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Reach:
    """The address that the user gave, whose machine may be near; others may be so only if this one is."""

    origin: Origin
    is_near: bool

    def machine(self, url: str) -> Machine:
        """Return the address family and address to connect to; raise ``NotReached`` where that is not allowed."""
        scheme, host, port = origin_of(url)
        if port < _FREE_PORTS and port not in _PORTS.values() and port != self.origin[2]:
            raise NotReached(f"{url}: port {port} is none of the web.")
        machines = machines_of(scheme, host, port)
        allowed = [machine for machine in machines if self.is_near or is_public(machine[1])]
        if not allowed:
            raise NotReached(
                f"{url} leads to the private address {machines[0][1]}, which is not asked.", "redirect.private"
            )
        return allowed[0]


def reach_from(url: str) -> Reach:
    """Return what may be reached from the address that a user gave."""
    origin = origin_of(url)
    return Reach(origin, not all(is_public(address) for _, address in machines_of(*origin)))


def origin_of(url: str) -> Origin:
    """Return scheme, host and port of an address; raise ``NotReached`` for what is no address of the web."""
    if len(url) > _LONGEST_ADDRESS:
        raise NotReached(f"{url[:100]}… is longer than {_LONGEST_ADDRESS:,} characters.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NotReached(f"{url[:200]} is not an address: {error}.") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise NotReached(f"{url[:200]} is not an http(s) address.")
    if parts.username is not None:
        raise NotReached(f"{parts.hostname}: an address with a user's name in it is not asked.")
    return parts.scheme, parts.hostname, _PORTS[parts.scheme] if port is None else port


def request_target(url: str) -> str:
    """Return the path and the query of an address, as a request line holds them."""
    parts: SplitResult = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def machines_of(_scheme: str, host: str, port: int) -> list[Machine]:
    """Return the addresses that a name stands for."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(f"{host} is not found ({getattr(error, 'strerror', None) or error}).") from error
    return [(int(family), str(address[0])) for family, _, _, _, address in found]


def is_public(address: str) -> bool:
    """Tell whether an address is one of the public internet."""
    parsed = ip_address(address.partition("%")[0])
    return _embedded(parsed).is_global and not parsed.is_multicast


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address carries, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address
