"""Who asks: the address of a client, behind proxies that the settings trust and behind no others.

``X-Forwarded-For`` is text that anybody can send. Each proxy appends the address that it was asked from, so the field
is read from its end, as long as what stands there is a trusted proxy itself.
"""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address

#: What is longer than an address with a port can be is none; it would fill the memory of addresses.
_LONGEST_FIELD = 500
_REMEMBERED = 4_096


class ClientAddresses:
    """Finds the client of a request."""

    def __init__(self, trusted_proxies: Sequence[str]) -> None:
        """Take the networks of the proxies to believe (``10.0.0.0/8``, ``::1``)."""
        self._trusted = tuple(ip_network(network, strict=False) for network in trusted_proxies)
        self._resolved = lru_cache(_REMEMBERED)(self._resolve)

    def of(self, scope: dict[str, Any]) -> str:
        """Return the address of the client that a request (ASGI 3.0) comes from."""
        peer: str = (scope.get("client") or ("",))[0]
        if not self._trusted:
            return peer
        values = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        return self._resolved(peer, b",".join(values)[-_LONGEST_FIELD:].decode("latin-1"))

    def is_from_trusted_proxy(self, scope: dict[str, Any]) -> bool:
        """Tell whether a request comes from a proxy to believe."""
        if not self._trusted:
            return False
        peer = parse_address((scope.get("client") or ("",))[0])
        return peer is not None and self._is_trusted(peer)

    def _resolve(self, peer: str, forwarded: str) -> str:
        client = peer
        for text in reversed(forwarded.split(",")):
            address = parse_address(client)
            before = parse_address(text)
            if address is None or before is None or not self._is_trusted(address):
                break
            client = str(before)
        return client

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def parse_address(text: str) -> Address | None:
    """Return an IP address, with or without a port; an IPv4 address in IPv6 clothes as what it is."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def is_near(text: str) -> bool:
    """Tell whether an address is of this machine or of a private network."""
    address = parse_address(text)
    return address is not None and (address.is_loopback or address.is_private or address.is_link_local)


def client_number(text: str) -> int:
    """Return a number of 64 bits for whoever has an address: of IPv6 the network alone counts.

    A household is given a /64 at least, so each client has 2**64 addresses (RFC 6177). IPv4 addresses are kept apart
    from IPv6 networks by the bits of ``::ffff:0:0/96``, which belong to no network.
    """
    address = parse_address(text)
    if address is None:
        return 0
    return int(address) >> 64 if isinstance(address, IPv6Address) else 0xFFFF_0000_0000 | int(address)
