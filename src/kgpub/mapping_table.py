"""Write the mapping records of a release as one SSSOM/TSV table.

The table follows https://mapping-commons.github.io/sssom/spec-formats-tsv/ in its canonical form: a block of YAML in
comment lines, then a row for each record, columns and rows in the standard's order.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from kgpub.content import Content, packaged_query
from kgpub.publication import all_prefixes
from kgpub.release import DUMPS, Download, download
from kgpub.sssom_slots import (
    BUILT_IN_PREFIXES,
    ENTITY_SLOTS,
    MULTIVALUED_SLOTS,
    PROPAGATED_SLOTS,
    RECORD_SLOTS,
    SEMAPV,
    SET_SLOTS,
    WORDS,
    slot_of,
)
from kgpub.vocabulary import LABEL_PROPERTIES, SSSOM

NAME = "links.sssom.tsv"

_VERSION = "1.1"
_ESSENTIAL_SLOTS = {"subject_id", "predicate_id", "object_id"}
_UNSPECIFIED_JUSTIFICATION = NamedNode(SEMAPV + "UnspecifiedMatching")
_UNSPECIFIED_LICENCE = SSSOM + "license/unspecified"

_PLAIN_DATE = re.compile(r"\d{4}-\d\d-\d\d")
#: Texts that YAML reads as they stand, in every version of it.
_PLAIN_TEXT = re.compile(r"[^\W\d_](?:[\w.,;()/#\u2019\u2013-]|:(?=\S)| (?=[\w(\u2019\u2013]))*")
_YAML_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
#: What a cell may hold only in quotes: the standard's list, and what some reader takes for a line break.
_TO_QUOTE = re.compile('["\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]')

Value = NamedNode | Literal
#: What is said of one thing, by slot.
Facts = dict[str, list[Value]]
#: The same as texts.
Texts = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Table:
    """A mapping set: what holds for all its records, the records, and what the prefixes of its CURIEs stand for."""

    header: Texts
    rows: Sequence[Texts]
    prefixes: Mapping[str, str]


def write_mapping_table(content: Content, folder: Path) -> Download | None:
    """Write ``links.sssom.tsv``: every ``sssom:Mapping`` that has a subject, a predicate and an object.

    None where there is no such record. Of texts in several languages, those in the publication's language are taken.
    Where the data has one mapping set, the table is that set; otherwise it is one of its own, made from those there
    are.
    """
    records, sets = _records_and_sets(content)
    if not records:
        return None
    header = _header(content, sets)
    curies = _Curies(all_prefixes(content.publication), _entities([header, *records]))
    language = content.publication.language
    table = _Table(
        curies.texts(header, SET_SLOTS, language),
        [curies.texts(record, RECORD_SLOTS, language) for record in records],
        curies.used,
    )
    path = folder / NAME
    path.write_text("".join(f"{line}\n" for line in _lines(_condensed(table))), "utf-8", newline="")
    titles = {"en": "Links to authorities, as an SSSOM table", "fr": "Liens vers des autorités, en tableau SSSOM"}
    return download(path, "text/tab-separated-values", titles, SSSOM)


# --- from the graph --------------------------------------------------------------------------------------


def _records_and_sets(content: Content) -> tuple[list[Facts], dict[str, Facts]]:
    """Return what is said of each record, and of each mapping set by its IRI."""
    things: dict[str, dict[object, Facts]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for class_, thing, property_, value in content.select(packaged_query("mappings")).rows:
        slot = slot_of(property_.value)
        if isinstance(value, NamedNode) or (isinstance(value, Literal) and slot not in ENTITY_SLOTS):
            things[class_.value][thing][slot].append(value)
    records = [(thing, facts) for thing, facts in things[SSSOM + "Mapping"].items() if facts.keys() >= _ESSENTIAL_SLOTS]
    labels = _labels(content) if records else {}
    sets = {thing.value: facts for thing, facts in things[SSSOM + "MappingSet"].items() if isinstance(thing, NamedNode)}
    return [_completed(thing, facts, labels) for thing, facts in records], sets


def _completed(record: object, facts: Facts, labels: Mapping[str, Literal]) -> Facts:
    """Return a record with what the graph knows of it otherwise: its own IRI and the names of what it joins."""
    known: Facts = {"mapping_justification": [_UNSPECIFIED_JUSTIFICATION]}
    if isinstance(record, NamedNode):
        known["record_id"] = [record]
    for end in ("subject", "object"):
        joined = min(value.value for value in facts[f"{end}_id"])
        if joined in labels:
            known[f"{end}_label"] = [labels[joined]]
    return known | facts


def _labels(content: Content) -> dict[str, Literal]:
    """Return the best label of each thing that a record joins: the publication's language first."""
    found: dict[str, list[tuple[bool, int, str, Literal]]] = defaultdict(list)
    ranks = {iri: rank for rank, iri in enumerate(LABEL_PROPERTIES)}
    for thing, property_, label in content.select(packaged_query("mapping-labels")).rows:
        if property_.value in ranks:
            is_foreign = (label.language or "") != content.publication.language
            found[thing.value].append((is_foreign, ranks[property_.value], label.value, label))
    return {thing: min(labels, key=lambda label: label[:3])[-1] for thing, labels in found.items()}


def _header(content: Content, sets: Mapping[str, Facts]) -> Facts:
    """Return what is said of the table as a set: that of the only set there is, or of all of them together."""
    publication, resolve = content.publication, content.base.resolve
    header: Facts = {
        "license": [NamedNode(resolve(publication.licence) if publication.licence else _UNSPECIFIED_LICENCE)]
    }
    if publication.creator:
        header["creator_id"] = [NamedNode(resolve(publication.creator))]
    if len(sets) == 1:
        ((iri, facts),) = sets.items()
        return header | facts | {"mapping_set_id": [NamedNode(iri)]}
    return header | {
        "mapping_set_id": [NamedNode(resolve(f"{DUMPS}/{NAME}"))],
        "mapping_set_title": [Literal(publication.title)],
        "mapping_set_source": [NamedNode(iri) for iri in sets],
    }


def _entities(things: Iterable[Facts]) -> Iterator[str]:
    """Yield the IRIs that are to be written as CURIEs."""
    return (value.value for facts in things for slot in ENTITY_SLOTS & facts.keys() for value in facts[slot])


# --- to texts --------------------------------------------------------------------------------------------


class _Curies:
    """Prefixes for a number of IRIs: SSSOM's own, the project's, and made-up ones where neither fits."""

    def __init__(self, own: Mapping[str, str], iris: Iterable[str]) -> None:
        wanted = set(iris)
        known = {name: namespace for name, namespace in own.items() if name} | BUILT_IN_PREFIXES
        missing = {_namespace(iri) for iri in wanted if not iri.startswith(tuple(known.values()))}
        free = (name for number in count(1) if (name := f"ns{number}") not in known)
        known |= {next(free): namespace for namespace in sorted(missing)}
        self._prefixes = sorted(known.items(), key=lambda item: (-len(item[1]), item[0] not in BUILT_IN_PREFIXES, item))
        names = {self.shortened(iri).partition(":")[0] for iri in wanted} - BUILT_IN_PREFIXES.keys()
        self.used = {name: known[name] for name in sorted(names)}

    def shortened(self, iri: str) -> str:
        """Return an IRI as a CURIE, by the longest namespace that it begins with."""
        name, namespace = next((name, space) for name, space in self._prefixes if iri.startswith(space))
        return f"{name}:{iri[len(namespace) :]}"

    def texts(self, facts: Facts, slots: Sequence[str], language: str) -> dict[str, list[str]]:
        """Return what is said of a thing as texts, slot by slot: one, or all where a slot takes several."""
        texts = {}
        for slot in slots:
            values = _in_one_language(facts.get(slot, []), language)
            shown = sorted({self.shortened(v) if slot in ENTITY_SLOTS else WORDS.get(v, v) for v in values})
            if shown:
                texts[slot] = shown if slot in MULTIVALUED_SLOTS else shown[:1]
        return texts


def _namespace(iri: str) -> str:
    """Return an IRI up to what names something in it: up to its last ``/``, ``#`` or ``:``."""
    return iri[: max(iri.rfind(mark) for mark in "/#:") + 1]


def _in_one_language(values: Sequence[Value], language: str) -> list[str]:
    """Return the values in a language; where none is, those without one; where none is either, those in the first."""
    tagged = [(value.language or "" if isinstance(value, Literal) else None, value.value) for value in values]
    best = min((tag for tag, _ in tagged if tag is not None), key=lambda tag: (tag != language, tag), default=None)
    return [text for tag, text in tagged if tag in (None, best)]


def _condensed(table: _Table) -> _Table:
    """Return a table whose set holds what all its records agree on (the standard's "condensation")."""
    agreed = {}
    for slot in PROPAGATED_SLOTS & table.rows[0].keys():
        value = table.rows[0][slot]
        if all(row.get(slot) == value for row in table.rows) and table.header.get(slot, value) == value:
            agreed[slot] = value
    rows = [{slot: texts for slot, texts in row.items() if slot not in agreed} for row in table.rows]
    return replace(table, header=dict(table.header) | agreed, rows=rows)


def _lines(table: _Table) -> Iterator[str]:
    """Yield the lines of a table; a row with line breaks in its cells is one "line" here."""
    yield f"#sssom_version: {_yaml(_VERSION)}"
    yield "#curie_map:"
    yield from (f"#  {name}: {_yaml(namespace)}" for name, namespace in table.prefixes.items())
    for slot in SET_SLOTS:
        texts = table.header.get(slot, ())
        if slot in MULTIVALUED_SLOTS and texts:
            yield f"#{slot}:"
            yield from (f"#  - {_yaml(text)}" for text in texts)
        elif texts:
            yield f"#{slot}: {_yaml(texts[0])}"
    columns = [slot for slot in RECORD_SLOTS if any(slot in row for row in table.rows)]
    yield "\t".join(columns)
    rows = sorted(["|".join(row.get(slot, ())) for slot in columns] for row in table.rows)
    yield from ("\t".join(map(_cell, row)) for row in rows)


def _yaml(text: str) -> str:
    """Return a text as a YAML scalar: as it stands where that is safe, else in double quotes, escaped as in JSON."""
    if _PLAIN_DATE.fullmatch(text) or (_PLAIN_TEXT.fullmatch(text) and text.lower() not in _YAML_WORDS):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda character: f"\\u{ord(character[0]):04X}", quoted)


def _cell(text: str) -> str:
    """Return a text as a cell, in quotes where the standard wants them (RFC 4180, with tabs)."""
    return '"' + text.replace('"', '""') + '"' if _TO_QUOTE.search(text) else text
