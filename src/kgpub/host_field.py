"""The field ``Host`` of a request, which is there once and names a host (RFC 9112, section 3.2)."""

import re
from functools import lru_cache

#: ``uri-host [ ":" port ]`` (RFC 3986, section 3.2.2), without the comma: two fields are joined by one.
_HOST = re.compile(rb"(?:\[[0-9A-Za-z:._~!$&'()*+;=-]+\]|(?:[A-Za-z0-9._~!$&'()*+;=-]|%[0-9A-Fa-f]{2})+)(?::[0-9]*)?")
_LONGEST_BYTES = 1_000


def is_right(host: bytes | None, http_version: str) -> bool:
    """Tell whether what came as ``Host`` is what a request of a version has.

    granian (2.8) hands over an empty one where there is none; no http URI has an empty host (RFC 9110, section 4.2.1).
    """
    if not host:
        return http_version != "1.1"
    return len(host) <= _LONGEST_BYTES and _is_host(host)


@lru_cache(maxsize=64)
def _is_host(host: bytes) -> bool:
    return _HOST.fullmatch(host) is not None
