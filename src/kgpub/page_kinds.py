"""The kinds of page that settings can give a class, and the roles that properties play on each.

A role is filled by a path: names of properties with ``>`` between them, ``^`` in front of one that is followed
backwards. The classes and properties are those of the project; none is known here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kgpub.iris import Base, is_iri

_HELD = frozenset({"holder", "polarity", "modality", "certainty", "explicitness", "side", "unit"})

#: The kinds by name: the roles that a page of it must have filled, and all that there are.
KINDS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "position": (
        frozenset({"holder", "proposition"}),
        _HELD
        | {"proposition", "addressee", "issue", "outline", "order", "voices", "embeds", "voice"}
        | {
            "relations",
            "relations_out",
            "premise",
            "conclusion",
            "relation_type",
            "support",
            "attack",
            "basis",
            "scheme",
        },
    ),
    "proposition": (frozenset({"positions", "holder"}), _HELD | {"positions"}),
    "event": (frozenset({"reports", "holder"}), _HELD | {"reports", "place", "sort", "same_as"}),
    "organisation": (
        frozenset(),
        frozenset({"founded", "seat", "sort", "homepage", "former_names", "other_names", "positions", "side"}),
    ),
    "agreement": (
        frozenset(),
        frozenset({"long_title", "other_names", "place", "parties", "number", "part_of", "cites", "implemented_by"}),
    ),
}
#: Roles whose value is a class, not a path.
CLASS_ROLES = frozenset({"support", "attack"})


@dataclass(frozen=True, slots=True)
class Moment:
    """Dates of a history: *date* is a property of the things at the end of *path*, *what* a path to what happened.

    An empty path is the thing itself; without *what* the date's property says what happened.
    """

    date: str
    path: str = ""
    what: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class PageKind:
    """The kind of page that things of some classes have: *roles* by name, and the moments of a history."""

    kind: str
    classes: tuple[str, ...]
    roles: Mapping[str, str] = field(default_factory=dict)
    history: tuple[Moment, ...] = ()


def kind_faults(pages: Iterable[PageKind], base: Base) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what is wrong with kinds of page: the place of each fault, and a sentence."""
    for at, page in enumerate(pages):
        if page.kind not in KINDS:
            yield ("page", at, "kind"), f"'{page.kind}' is no kind of page; the kinds are {', '.join(KINDS)}"
            continue
        required, known = KINDS[page.kind]
        for name in sorted(page.roles.keys() - known):
            yield ("page", at, "roles"), f"a page of kind '{page.kind}' has no role '{name}', only {_listed(known)}"
        for name in sorted(required - page.roles.keys()):
            yield ("page", at, "roles"), f"a page of kind '{page.kind}' needs the role '{name}'"
        for place, path in _paths(page):
            for step in steps_in(path):
                if not is_iri(base.resolve(step.removeprefix("^"))):
                    yield ("page", at, *place), f"'{step}' is neither an IRI nor the end of one below the base"


def _paths(page: PageKind) -> Iterator[tuple[tuple[str | int, ...], str]]:
    yield from ((("classes",), iri) for iri in page.classes)
    yield from ((("roles", name), path) for name, path in page.roles.items())
    for at, moment in enumerate(page.history):
        for name in ("date", "path", "what", "who"):
            yield ("history", at, name), getattr(moment, name)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def steps_in(path: str) -> Iterator[str]:
    """Yield the steps of a path as they are written."""
    return filter(None, (part.strip() for part in path.split(">")))
