"""Typed links (RFC 8288), and the three ways to tell them: a header, a set of links as text, a set of links as JSON.

Sets of links are those of RFC 9264. Relative references in them are resolved against the address of the set, so they
hold wherever the server is reached.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

#: The links of several resources, by the address of each.
LinkSet = Mapping[str, Sequence["WebLink"]]


class WebLink(NamedTuple):
    """A link: where it leads, its relation type, the media type of what is there.

    *target* is a URI or a reference without quotation marks, angle brackets or blanks.
    """

    target: str
    relation: str
    media_type: str = ""


def header_of(links: Iterable[WebLink]) -> str:
    """Return links as the value of a header ``Link`` (RFC 8288, section 3)."""
    return ", ".join([_written(link) for link in links])


def text_of(links: LinkSet) -> bytes:
    """Return a set of links as ``application/linkset`` (RFC 9264, section 4.1): a link a line, each with its anchor."""
    values = [f'{_written(link)}; anchor="{anchor}"' for anchor, of_one in links.items() for link in of_one]
    return (",\n".join(values) + "\n").encode()


def json_of(links: LinkSet) -> bytes:
    """Return a set of links as ``application/linkset+json`` (RFC 9264, section 4.2)."""
    contexts = [{"anchor": anchor, **_by_relation(of_one)} for anchor, of_one in links.items()]
    return (json.dumps({"linkset": contexts}, indent=1, ensure_ascii=False) + "\n").encode()


def _written(link: WebLink) -> str:
    written = f'<{link.target}>; rel="{link.relation}"'
    return f'{written}; type="{link.media_type}"' if link.media_type else written


def _by_relation(links: Iterable[WebLink]) -> dict[str, list[dict[str, str]]]:
    targets: dict[str, list[dict[str, str]]] = {}
    for link in links:
        target = {"href": link.target} | ({"type": link.media_type} if link.media_type else {})
        targets.setdefault(link.relation, []).append(target)
    return targets
