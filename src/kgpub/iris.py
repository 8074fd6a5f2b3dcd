"""Every fact that follows from the base IRI, in one object.

The base IRI comes from the settings and never from a request, so that the same data is published whatever
host name a client used (see ARCHITECTURE.md, invariant 7).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, unquote

#: Characters that an IRI may never hold (RFC 3987, section 2.2; SPARQL 1.1, IRIREF).
_NEVER_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_XML_NAME_AT_END = re.compile(r"[A-Za-z_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\U000EFFFF][\w.\u00B7-]*\Z")
#: Schemes in use: a prefix of such a name would take full IRIs for shortened ones.
SCHEMES = frozenset(("http", "https", "urn", "mailto", "tel", "data", "info", "doi"))
#: An IRI between angle brackets whose name needs no escape in any syntax: its namespace, its name.
PLAIN_IRI = re.compile(r"<([^>]*[/#:])([A-Za-z0-9_][A-Za-z0-9_-]*|)>\Z")
_MOUNT = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\Z")
_LONGEST_MOUNT = 255
_AUTHORITY = re.compile(r"\A[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_PERCENT_RUN = re.compile(r"(?:%[0-9A-Fa-f]{2})+")

#: Everything that stands unescaped in the path of a URL, "%" included: what is encoded already stays as it is.
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"
#: What the value of a parameter keeps unescaped.
_QUERY_SAFE = "/:@!$'()*,;=-._~?"


@dataclass(frozen=True, slots=True)
class Base:
    """The base IRI, and the way between an IRI below it and a path on this server."""

    iri: str

    def holds(self, iri: str) -> bool:
        """Tell whether an IRI lies below the base."""
        return iri.startswith(self.iri)

    def local(self, iri: str) -> str:
        """Return what follows the base in an IRI below it: ``https://ex.org/id/x`` → ``id/x``."""
        return iri[len(self.iri) :]

    def resolve(self, local: str) -> str:
        """Return the IRI of a local name; an absolute IRI stays as it is."""
        return local if is_absolute(local) else self.iri + local

    def candidates(self, raw_path: str) -> tuple[str, ...]:
        """Return the IRIs that a request's path may mean, likeliest first.

        A client may send an IRI's non-ASCII characters as they are or percent-encoded (RFC 3987, section 3.1),
        and some clients encode more than they need to. The path as sent comes first, because ``a%2Fb`` and
        ``a/b`` are different IRIs.
        """
        spellings: tuple[str, ...] = (raw_path,)
        if "%" in raw_path or not raw_path.isascii():
            decoded = unquote(raw_path)
            spellings = (raw_path, iri_from_uri(raw_path), decoded, quote(decoded, safe=_PATH_SAFE))
        return tuple(dict.fromkeys(self.iri + s for s in spellings if is_iri(self.iri + s)))


def is_iri(text: str) -> bool:
    """Tell whether a text can be an absolute IRI: a scheme, and no forbidden character."""
    return is_absolute(text) and not _NEVER_IN_IRI.search(text)


def escaped(name: str) -> str:
    """Return a name with the characters that no IRI may hold percent-encoded."""
    return _NEVER_IN_IRI.sub(lambda found: quote(found[0]), name)


def is_base(text: str) -> bool:
    """Tell whether a text can be the base of a publisher: an http(s) IRI of a folder."""
    return re.match(r"https?://[^/?#]+/([^?#]*/)?\Z", text) is not None and is_iri(text)


def is_mount(path: str) -> bool:
    """Tell whether a server can be mounted below a path: empty, or ``/kg`` without segments that mean something."""
    return not path or (len(path) <= _LONGEST_MOUNT and _MOUNT.match(path) is not None)


def is_absolute(text: str) -> bool:
    """Tell whether a text starts with a scheme (RFC 3986, section 3.1)."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text) is not None


def iri_from_uri(uri: str) -> str:
    """Decode the percent-encoded non-ASCII characters of a URI and nothing else (RFC 3987, section 3.2)."""
    return _PERCENT_RUN.sub(lambda run: _decode_non_ascii(run.group()), uri)


def _decode_non_ascii(run: str) -> str:
    try:
        decoded = bytes.fromhex(run.replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return run
    return "".join(f"%{ord(c):02X}" if c.isascii() else c for c in decoded)


def spellings(iri: str) -> tuple[str, ...]:
    """Return the ways in which people write an IRI and mean the same, the one given first.

    They differ in the scheme (http or https), in a slash at the end, in what is percent-encoded, and in the case of the
    host. None of these equals another to a machine (RFC 3986, section 6.2), so a reader is told which one was meant.
    """
    lowered = _AUTHORITY.sub(lambda found: found[0].lower(), iri)
    decoded = unquote(iri)
    found: dict[str, None] = {}
    for coded in (iri, lowered, iri_from_uri(lowered), uri_of(lowered), decoded, quote(decoded, safe="/:#?&=@")):
        for scheme_and_rest in _schemes(coded):
            found |= dict.fromkeys(_slashes(scheme_and_rest))
    return tuple(spelling for spelling in found if is_iri(spelling))


def _schemes(iri: str) -> tuple[str, ...]:
    for scheme, other in (("http://", "https://"), ("https://", "http://")):
        if iri.startswith(scheme):
            return iri, other + iri.removeprefix(scheme)
    return (iri,)


def _slashes(iri: str) -> tuple[str, ...]:
    if "#" in iri or "?" in iri:
        return (iri,)
    return iri, iri.removesuffix("/") if iri.endswith("/") else f"{iri}/"


def with_parameter(address: str, parameter: str) -> str:
    """Return an address with one more parameter in its query."""
    return f"{address}{'&' if '?' in address else '?'}{parameter}"


def parameter_of(name: str, value: str) -> str:
    """Return a parameter as our addresses spell it: what a query may hold stays readable (RFC 3986, section 3.4)."""
    return f"{quote(name, safe=_QUERY_SAFE)}={quote(value, safe=_QUERY_SAFE)}"


def path_of(local: str) -> str:
    """Return a local name as the path of a URL: non-ASCII characters and ``?`` and ``#`` percent-encoded."""
    return quote(local, safe=_PATH_SAFE)


def is_path(local: str) -> bool:
    """Tell whether a request's path can mean a local name and no other.

    It has no ``#`` or ``?``, since ``a%23b`` is not ``a#b``, and no dots that a browser would resolve.
    """
    return not set("#?") & set(local) and not {".", ".."} & set(unquote(local).split("/"))


@dataclass(frozen=True)
class Prefixes:
    """Namespaces with their prefixes, the longest namespace first."""

    namespaces: tuple[tuple[str, str], ...]

    def find(self, iri: str) -> tuple[str, str] | None:
        """Return the prefix of an IRI's namespace and what follows it, which holds no ``/``, ``#`` or ``:``.

        One look-up whatever the number of prefixes, and the same answer in every document.
        """
        at = max(iri.rfind("/"), iri.rfind("#"), iri.rfind(":")) + 1
        for name, rest in self._by_folder.get(iri[:at], ()):
            if iri.startswith(rest, at):
                return name, iri[at + len(rest) :]
        return None

    def curie(self, iri: str) -> str | None:
        """Return an IRI as a prefixed name, or None where no prefix fits or the rest would need escapes."""
        found = self.find(iri)
        if found is None or not found[1].replace("-", "").replace("_", "").isalnum():
            return None
        return f"{found[0]}:{found[1]}"

    def name_of(self, iri: str) -> str:
        """Return an IRI as a person can tell it from any other: a prefixed name, or in full."""
        return self.curie(iri) or f"<{iri}>"

    @cached_property
    def plain(self) -> Mapping[str, str] | None:
        """Return the prefixes by namespace, for the two groups of ``PLAIN_IRI``.

        None where a namespace does not end in ``/``, ``#`` or ``:``: then only ``find`` tells.
        """
        folders = self._by_folder
        is_plain = not any(rest for of_one in folders.values() for _, rest in of_one)
        return {folder: of_one[0][0] for folder, of_one in folders.items()} if is_plain else None

    @cached_property
    def _by_folder(self) -> Mapping[str, list[tuple[str, str]]]:
        """The prefixes by their namespace up to its last separator, each with the rest of it: mostly nothing."""
        folders: dict[str, list[tuple[str, str]]] = {}
        for name, namespace in self.namespaces:
            folder = namespace[: max(namespace.rfind(separator) for separator in "/#:") + 1]
            folders.setdefault(folder, []).append((name, namespace[len(folder) :]))
        return folders


def prefixes_of(prefixes: Mapping[str, str]) -> Prefixes:
    """Return prefixes for use."""
    return Prefixes(tuple(sorted(prefixes.items(), key=lambda item: -len(item[1]))))


def uri_of(iri: str) -> str:
    """Return an IRI as a URI for a header: non-ASCII characters percent-encoded (RFC 3987, section 3.1)."""
    return quote(iri, safe=_PATH_SAFE + "?#[]")


def namespace_of(iri: str) -> str:
    """Return an IRI up to its last ``/`` or ``#``, or else ``:``; whole where no name follows the host."""
    at = max(iri.rfind("/"), iri.rfind("#")) + 1 or iri.rfind(":") + 1
    return iri if iri[:at].endswith("://") else iri[:at]


def last_segment(iri: str) -> str:
    """Return what a person would call the name in an IRI: what follows its last ``/``, ``#`` or ``:``."""
    name = iri.rstrip("/#:")
    name = name[max(name.rfind("/"), name.rfind("#"), name.rfind(":")) + 1 :]
    return (unquote(name) if "%" in name else name) or iri


def licence_name(iri: str) -> str:
    """Return the short name of a Creative Commons licence; empty for any other IRI."""
    _, _, licence = iri.partition("://creativecommons.org/licenses/")
    if licence:
        return f"CC {licence.strip('/').replace('/', ' ').upper()}"
    _, _, dedication = iri.partition("://creativecommons.org/publicdomain/zero/")
    return f"CC0 {dedication.strip('/')}" if dedication else ""


def has_xml_name(iri: str) -> bool:
    """Tell whether RDF/XML can write an IRI as a predicate: it has to end in an XML name without a colon."""
    return _XML_NAME_AT_END.search(iri) is not None
