"""Documents of links (RFC 9264): as JSON, and as text in the syntax of ``Link`` fields."""

import json
from collections.abc import Iterator
from typing import Any

from kgpub.check.addresses import joined
from kgpub.check.exchange import Answer
from kgpub.check.failures import NotReadable
from kgpub.check.link_header import Link, parse_links

LINKSET_JSON = "application/linkset+json"
LINKSET_TEXT = "application/linkset"


def read_linkset(answer: Answer) -> tuple[Link, ...]:
    """Return the links of a linkset; raise ``NotReadable`` where it breaks its syntax."""
    base = answer.ask.url
    if answer.media_type == LINKSET_TEXT:
        try:
            return parse_links(" ".join(answer.body.decode("utf-8").split()), base)
        except ValueError as error:
            raise NotReadable(str(error)) from error
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise NotReadable(f"it is no JSON: {error}") from error
    return tuple(_links_in(document, base))


def _links_in(document: Any, base: str) -> Iterator[Link]:
    contexts = document.get("linkset") if isinstance(document, dict) else None
    if not isinstance(contexts, list) or not all(isinstance(context, dict) for context in contexts):
        raise NotReadable('it is no object with a member "linkset" that is an array of objects')
    for context in contexts:
        anchor = context.get("anchor", "")
        if not isinstance(anchor, str):
            raise NotReadable('an "anchor" is no text')
        for relation, targets in context.items():
            if relation != "anchor":
                yield from _links_of(relation, targets, joined(base, anchor), base)


def _links_of(relation: str, targets: Any, anchor: str, base: str) -> Iterator[Link]:
    if not isinstance(targets, list):
        raise NotReadable(f'the targets of "{relation}" are no array')
    for target in targets:
        if not isinstance(target, dict) or not isinstance(target.get("href"), str):
            raise NotReadable(f'a target of "{relation}" is no object with an "href"')
        told = tuple((name, value) for name, value in target.items() if isinstance(value, str) and name != "href")
        yield Link(joined(base, target["href"]), (relation.lower(),), anchor, told)
