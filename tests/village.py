"""A small foreign project with all views: a made-up report from a village, in a vocabulary of its own."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kgpub.content import Content
from kgpub.release import Release
from kgpub.triplestore import Triplestore
from kgpub.view_index import write_views
from kgpub.view_tables import VIEWS_FILE
from projects import BASE, build_project, plan_of

#: Offsets in it count characters outside the basic plane, combining ones, and those that HTML must escape.
TEXT = "Häuser & <Gärten> 🏡\nAda says the bees 🐝 sleep, and Bo doubts it.\nNobody wrote this line down: e\u0301.\n"
SENTENCE = "Ada says the bees 🐝 sleep, and Bo doubts it."
SETTINGS = f"""
[publication]
base_iri = "{BASE}"
title = "The village"
union_default_graph = true
quoted_graphs = ["said/*"]
[publication.prefixes]
v = "v/"
b = "https://example.org/"
[publication.views]
source = "reading"
debate = "quarrel"
timeline = "days"
places = "map"
"""
_HEAD = """
@base <https://example.org/> .
@prefix v: <v/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_FACTS = """
<report> rdfs:label "The village report"@en .
<ada> rdfs:label "Ada"@en , "Adèle"@fr . <bo> rdfs:label "Bo <b>bold</b>"@en . <clerk> rdfs:label "The clerk"@en .
<yes> rdfs:label "affirms"@en , "affirme"@fr . <no> rdfs:label "denies"@en . <sure> rdfs:label "sure"@en .
<bees> rdfs:label "Bees"@en . <q> rdfs:label "Do the bees sleep?"@en . <q2> rdfs:label "Is there honey?"@en .
<c1> a v:Claim ; rdfs:label "Ada: the bees sleep"@en , "Adèle : les abeilles dorment"@fr ; v:by <ada> ; v:how <yes> ;
     v:in <l2> ; v:mood <sure> ; v:for <q> ; v:reason <c3> .
<c2> a v:Claim ; rdfs:label "Bo: the bees do not sleep"@en ; v:by <bo> , <ada> ; v:how <no> ; v:in <l2> ;
     v:against <q> ; v:opposes <c1> .
<c3> a v:Claim ; rdfs:label "Clerk: the hive is silent"@en ; v:by <clerk> ; v:guess <c1> ; v:about <q> .
<l1> rdfs:label "Heading"@en ; v:n 1 ; v:is "title" ; v:part <p1> . <l2> rdfs:label "Line 2"@en ; v:n 2 ; v:part <p1> .
<l3> rdfs:label "Line 3"@en ; v:n 3 ; v:part <p2> ; v:empty <blank> . <blank> rdfs:label "nothing is said"@en .
<p1> rdfs:label "First part"@en . <p2> rdfs:label "Second part"@en .
<built> v:day "1999"^^xsd:gYear ; rdfs:label "The mill is built"@en ; a v:Work .
<old> v:day "-0043-03"^^xsd:gYearMonth ; rdfs:label "The ford"@en ; a v:Work .
<feast> v:day "1999-05-31"^^xsd:date ; v:till "1999-06-02"^^xsd:date ; rdfs:label "The feast"@en ; a v:Day .
<bell> v:day "1999-05-31T12:00:00Z"^^xsd:dateTime ; rdfs:label "The bell"@en ; a v:Day ; v:saidBy <c1> .
<valley> a v:Land ; rdfs:label "The valley"@en . <village> a v:Town ; rdfs:label "The village"@en ; v:lies <valley> ;
     v:lat 46.5 ; v:long -7.25 . <mill> a v:Town ; rdfs:label "The mill"@en ; v:lies <village> .
<feast> v:at <village> . <bell> v:at <mill> ; v:saidBy <c1> .
"""
_QUERIES = {
    "reading/units.rq": """PREFIX v: <v/> SELECT ?unit ?order ?section ?role ?reason ?text ?start ?end ?sha256
        WHERE { ?unit v:n ?order ; v:part ?section . BIND(<report> AS ?text)
                OPTIONAL { ?unit v:is ?role } OPTIONAL { ?unit v:empty ?reason }
                OPTIONAL { ?unit v:start ?start ; v:end ?end ; v:hash ?sha256 } }""",
    "reading/claims.rq": """PREFIX v: <v/> SELECT ?claim ?unit ?holder ?polarity ?modality ?side WHERE {
        ?claim v:in ?unit ; v:by ?holder ; v:how ?polarity OPTIONAL { ?claim v:mood ?modality }
        OPTIONAL { ?claim v:for|v:against ?issue BIND(?issue AS ?side) } }""",
    "reading/attributions.rq": """PREFIX v: <v/> SELECT ?claim ?level ?agent WHERE {
        { ?claim v:in ?unit BIND(1 AS ?level) BIND(<clerk> AS ?agent) } UNION
        { ?claim v:in ?unit ; v:by ?agent BIND(2 AS ?level) } }""",
    "reading/spans.rq": """PREFIX v: <v/> SELECT ?unit ?about ?role ?start ?end ?sha256 WHERE {
        ?span v:unit ?unit ; v:of ?about ; v:role ?role ; v:start ?start ; v:end ?end ; v:hash ?sha256 }""",
    "quarrel/positions.rq": """PREFIX v: <v/> SELECT ?issue ?position ?stance ?holder ?polarity WHERE {
        VALUES (?way ?stance) { (v:for "for") (v:against "against") (v:about "context") }
        ?position ?way ?issue ; v:by ?holder OPTIONAL { ?position v:how ?polarity } }""",
    "quarrel/arguments.rq": """PREFIX v: <v/> SELECT ?premise ?conclusion ?effect ?basis WHERE {
        { ?conclusion v:reason ?premise BIND("supports" AS ?effect) BIND("stated" AS ?basis) } UNION
        { ?premise v:opposes ?conclusion BIND("attacks" AS ?effect) BIND("inferred" AS ?basis) } }""",
    "days/dates.rq": """PREFIX v: <v/> SELECT ?thing ?date ?end ?property ?class ?according WHERE {
        ?thing v:day ?date ; a ?class BIND(v:day AS ?property) OPTIONAL { ?thing v:till ?end }
        OPTIONAL { ?thing v:saidBy ?according } }""",
    "map/places.rq": """PREFIX v: <v/> SELECT ?place ?within ?class ?latitude ?longitude WHERE {
        VALUES ?class { v:Land v:Town } ?place a ?class OPTIONAL { ?place v:lies ?within }
        OPTIONAL { ?place v:lat ?latitude ; v:long ?longitude } }""",
    "map/things.rq": """PREFIX v: <v/> SELECT ?place ?thing ?property ?according WHERE {
        ?thing v:at ?place BIND(v:at AS ?property) OPTIONAL { ?thing v:saidBy ?according } }""",
}


def sha256(text: str) -> str:
    """Return the hash that the data records of some words."""
    return hashlib.sha256(text.encode()).hexdigest()


def _spans() -> Iterator[str]:
    """Yield what the data says of spans: two claims that overlap, a cue inside one of them, a name, the units."""
    lines = TEXT.split("\n")
    starts = [0, len(lines[0]) + 1]
    for unit, start, line in (("l1", starts[0], lines[0]), ("l2", starts[1], lines[1])):
        yield f'<{unit}> v:start {start} ; v:end {start + len(line)} ; v:hash "{sha256(line)}" .'
    words = (
        ("c1", "claim", "the bees 🐝 sleep, and Bo"),
        ("c2", "claim", "Bo doubts it"),
        ("c1", "cue", "Ada says"),
        ("bees", "mention", "bees 🐝"),
    )
    for at, (about, role, passage) in enumerate(words):
        start = TEXT.index(passage)
        yield (
            f'<span{at}> v:unit <l2> ; v:of <{about}> ; v:role "{role}" ; v:start {start} ; '
            f'v:end {start + len(passage)} ; v:hash "{sha256(passage)}" .'
        )


def village_files(**changed: str | None) -> dict[str, str | bytes]:
    """Return the project's files; *changed* replaces queries, ``__`` in a name for a slash, and None leaves one out."""
    queries = dict(_QUERIES)
    for key, text in changed.items():
        name = f"{key.replace('__', '/')}.rq"
        queries.pop(name, None)
        if text is not None:
            queries[name] = text
    files: dict[str, str | bytes] = {f"queries/{name}": text for name, text in queries.items()}
    return files | {"data/village.ttl": "\n".join([_HEAD, _FACTS, *_spans()])}


def village_views(folder: Path, **changed: str | None) -> Path:
    """Write the village's views alone, without building a release, and return their file."""
    plan = plan_of(folder, village_files(**changed), SETTINGS)
    store = Store()
    store.load(path=folder / "data/village.ttl", format=RdfFormat.TURTLE, base_iri=BASE)
    write_views(Content(plan, Triplestore(store), lambda: ()), folder / "dumps")
    return folder / VIEWS_FILE


def village_release(folder: Path, **changed: str | None) -> Release:
    """Build the village."""
    return build_project(folder, village_files(**changed), SETTINGS).release
