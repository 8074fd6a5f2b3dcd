"""Find which of our things an IRI from elsewhere means, by the links of the data: look-ups in the index, no query.

A link may be stated from our thing to the IRI, the other way round, or by a mapping record (SSSOM); each counterpart
tells how closely the two are related, since a close match is not the same thing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kgpub.description import document_path, list_address
from kgpub.iris import spellings
from kgpub.nquads import Statement, iri_in, split_line, triple_line
from kgpub.site import Site
from kgpub.vocabulary import IDENTITY_PROPERTIES, LINK_PROPERTIES, OWL, SKOS, SSSOM

#: Of an IRI longer than this nobody has a link.
IRI_CHARACTERS_AT_MOST = 2_000
#: Things, and mapping records, that are read for one relation; a hub may have 100,000.
_READ_AT_MOST = 25

_RANKS = {iri: rank for rank, iri in enumerate(LINK_PROPERTIES)}
#: How a link reads the other way round (SKOS, S43 and S44); the others are symmetric, or meant so.
_INVERSE = {SKOS + "broadMatch": SKOS + "narrowMatch", SKOS + "narrowMatch": SKOS + "broadMatch"}
_SUBJECT = (SSSOM + "subject_id", OWL + "annotatedSource")
_PREDICATE = (SSSOM + "predicate_id", OWL + "annotatedProperty")
_OBJECT = (SSSOM + "object_id", OWL + "annotatedTarget")
_MODIFIER = SSSOM + "predicate_modifier"


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A thing here, how it is related to the IRI that was asked for, and that IRI as the data writes it.

    *relation* is a property, read from the thing to the IRI; empty where the thing is what was asked for. *statement*
    is the triple that says so, as N-Triples; empty where only the mapping *record* does.
    """

    thing: str
    relation: str
    iri: str
    statement: str = ""
    record: str = ""

    @property
    def is_identity(self) -> bool:
        """Tell whether the relation says that the two are one."""
        return not self.relation or self.relation in IDENTITY_PROPERTIES


@dataclass(frozen=True, slots=True)
class Counterparts:
    """What was found for one IRI, the closest first; *more* are addresses of lists that go on beyond what is here."""

    asked: str
    found: tuple[Counterpart, ...]
    more: tuple[str, ...] = ()


def counterparts_of(site: Site, asked: str) -> Counterparts:
    """Return our things that an IRI means, in any spelling of it."""
    found: dict[tuple[str, str], Counterpart] = {}
    more: list[str] = []
    for iri in spellings(asked) if len(asked) <= IRI_CHARACTERS_AT_MOST else ():
        for counterpart in _all(site, iri, more):
            known = found.get((counterpart.thing, counterpart.relation))
            found[counterpart.thing, counterpart.relation] = _merged(known, counterpart)
    ordered = sorted(found.values(), key=lambda one: (_RANKS.get(one.relation, -1), one.thing, one.iri))
    return Counterparts(asked, tuple(ordered), tuple(more))


def _all(site: Site, iri: str, more: list[str]) -> Iterator[Counterpart]:
    yield from _itself(site, iri)
    yield from _stated(site, iri, more)
    yield from _stated_there(site, iri)
    yield from _recorded(site, iri)


def _merged(known: Counterpart | None, new: Counterpart) -> Counterpart:
    if known is None:
        return new
    return replace(known, statement=known.statement or new.statement, record=known.record or new.record)


def _itself(site: Site, iri: str) -> Iterator[Counterpart]:
    if site.documents.first_described((iri,)) is not None:
        yield Counterpart(iri, "", iri)


def _stated(site: Site, iri: str, more: list[str]) -> Iterator[Counterpart]:
    """Yield what links to an IRI; note where there is more than is read."""
    for property_ in LINK_PROPERTIES:
        page = site.documents.incoming_page(iri, property_, 1)
        if page is None:
            continue
        for subject in page.subjects[:_READ_AT_MOST]:
            yield Counterpart(subject, property_, iri, f"<{subject}> <{property_}> <{iri}> .")
        if page.total > _READ_AT_MOST:
            more.append(list_address(document_path(site, iri), property_))


def _stated_there(site: Site, iri: str) -> Iterator[Counterpart]:
    """Yield the things of ours that an IRI links to, where the data describes it."""
    for statement in _statements_about(site, iri):
        property_, target = statement.predicate[1:-1], iri_in(statement.object)
        if property_ in _RANKS and target is not None and site.documents.first_described((target,)) is not None:
            yield Counterpart(target, _INVERSE.get(property_, property_), iri, triple_line(statement))


def _recorded(site: Site, iri: str) -> Iterator[Counterpart]:
    """Yield what mapping records join with an IRI, but for those that say that two things do not match."""
    for ends, others, is_inverse in ((_OBJECT, _SUBJECT, False), (_SUBJECT, _OBJECT, True)):
        for record in _records(site, iri, ends):
            facts = _facts(site, record)
            relation, thing = _first(facts, _PREDICATE), _first(facts, others)
            if relation not in _RANKS or not thing or _MODIFIER in facts:
                continue
            if site.documents.first_described((thing,)) is not None:
                read = _INVERSE.get(relation, relation) if is_inverse else relation
                yield Counterpart(thing, read, iri, record=record)


def _records(site: Site, iri: str, slots: Iterable[str]) -> Iterator[str]:
    for slot in slots:
        page = site.documents.incoming_page(iri, slot, 1)
        yield from page.subjects[:_READ_AT_MOST] if page else ()


def _facts(site: Site, record: str) -> dict[str, str]:
    """Return the IRIs that a mapping record holds, by property, and an empty text for what else it says."""
    return {s.predicate[1:-1]: iri_in(s.object) or "" for s in _statements_about(site, record)}


def _first(facts: dict[str, str], slots: Iterable[str]) -> str:
    return next((facts[slot] for slot in slots if slot in facts), "")


def _statements_about(site: Site, iri: str) -> Iterator[Statement]:
    """Yield the first page of statements about an IRI, those of its blank nodes left out."""
    document = site.documents.get(iri)
    subject = f"<{iri}> "
    yield from (split_line(line) for line in (document.lines if document else ()) if line.startswith(subject))
