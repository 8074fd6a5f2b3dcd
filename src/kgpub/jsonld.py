"""Write statements as compact JSON-LD 1.1: prefixes in the context, nothing fetched, every literal as it was written.

The text is put together from the terms of canonical lines. A literal's escapes there (RDF 1.2 N-Quads, section 4) are
JSON's too, but for numeric ones.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from kgpub.errors import NotAcceptable
from kgpub.iris import PLAIN_IRI, Prefixes, prefixes_of
from kgpub.rows import Row, is_iri_token, unescaped
from kgpub.vocabulary import TYPE

_TYPE = f"<{TYPE}>"


def to_jsonld(rows: Iterable[Row], prefixes: Prefixes) -> bytes:
    """Return statements, their graphs left out, as a JSON-LD document with one object a subject, in their order.

    The context stands in the document, so that any parser reads it offline; it holds the prefixes in use. Literals
    keep their lexical form: numbers stay texts with a datatype. Raises ``NotAcceptable`` for a triple term.
    """
    return _written_with(prefixes, list(rows), _objects)


def to_jsonld_dataset(rows: Iterable[Row], prefixes: Prefixes) -> bytes:
    """Return statements in their graphs as a JSON-LD document: a graph is an object with the statements in it."""
    return _written_with(prefixes, list(rows), _graphs)


def without_reifiers(rows: Iterable[Row]) -> list[Row]:
    """Return rows without the blank nodes that only annotate others by triple terms, which JSON-LD cannot write.

    With them goes what they alone lead to; one that an IRI leads to stays.
    """
    rows = list(rows)
    reifiers = {row[0] for row in rows if row[2][:2] == "<<" and row[0][0] == "_"}
    if not reifiers:
        return rows
    leads: dict[str, list[str]] = {}
    for subject, _, value, _ in rows:
        leads.setdefault(subject, []).extend((value,) if value[0] == "_" else ())
    reifiers -= _reached((subject for subject in leads if subject[0] != "_"), leads, set())
    led_to = {node for nodes in leads.values() for node in nodes}
    kept = _reached((subject for subject in leads if subject not in led_to), leads, reifiers)
    return [row for row in rows if row[0] in kept]


def _reached(start: Iterable[str], leads: Mapping[str, Sequence[str]], barred: set[str]) -> set[str]:
    """Return the subjects that rows lead to from some of them, these included; none of those barred."""
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node not in reached and node not in barred:
            reached.add(node)
            waiting += leads.get(node, ())
    return reached


def _written_with(
    prefixes: Prefixes, rows: Sequence[Row], write: Callable[[Iterable[Row], "_Names"], list[str]]
) -> bytes:
    """Write rows as a document; a second time, without them, where prefixes are also schemes of IRIs in full.

    A reader would take such an IRI for a shortened one (JSON-LD 1.1 API, section 5.2).
    """
    names = _Names(prefixes)
    objects = write(rows, names)
    if names.taken_for_prefixes:
        names = _Names(prefixes_of({name: iri for name, iri in prefixes.namespaces if name not in names.schemes}))
        objects = write(rows, names)
    return _document(names, objects)


def _graphs(rows: Iterable[Row], names: "_Names") -> list[str]:
    written: list[str] = []
    for graph, inside in groupby(rows, itemgetter(3)):
        objects = _objects(inside, names)
        if graph:
            joined = ",\n".join(objects)
            objects = [f'  {{\n   "@id": {names[graph]},\n   "@graph": [\n{joined}\n   ]\n  }}']
        written += objects
    return written


def _document(names: "_Names", objects: Sequence[str]) -> bytes:
    graph = ",\n".join(objects)
    graph = f"[\n{graph}\n ]" if graph else "[]"
    return f'{{\n "@context": {_context(names.used)},\n "@graph": {graph}\n}}'.encode()


def _objects(rows: Iterable[Row], names: "_Names") -> list[str]:
    """Return one object for each subject."""
    nodes: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, value, _ in rows:
        node = nodes.get(subject)
        if node is None:
            node = nodes[subject] = {}
        if value[0] == '"':
            key, written = names[predicate], names.literal(value)
        elif predicate == _TYPE:
            key, written = '"@type"', names[value]
        else:
            key, written = names[predicate], f'{{\n    "@id": {names[value]}\n   }}'
        values = node.get(key)
        if values is None:
            node[key] = [written]
        else:
            values.append(written)
    return [_object(names[subject], node) for subject, node in nodes.items()]


def _object(name: str, properties: Mapping[str, list[str]]) -> str:
    written = [f'  {{\n   "@id": {name}']
    for key, values in properties.items():
        if len(values) == 1:
            written.append(f"   {key}: {values[0]}")
        else:
            several = ",\n   ".join(values).replace("\n", "\n ")  # a JSON text holds no line feed itself
            written.append(f"   {key}: [\n    {several}\n   ]")
    return ",\n".join(written) + "\n  }"


def _context(used: Mapping[str, str]) -> str:
    terms = ",\n".join([f'  "{name}": "{namespace}"' for name, namespace in sorted(used.items())])
    return f"{{\n{terms}\n }}" if terms else "{}"


class _Names(dict[str, str]):
    """The names of a document's IRIs and blank nodes as JSON texts.

    *used* are the prefixes that they need, *schemes* those of IRIs that a reader could take for shortened ones.
    """

    def __init__(self, prefixes: Prefixes) -> None:
        self._prefixes = prefixes
        self._plain = prefixes.plain
        self._namespaces = dict(prefixes.namespaces)
        self.used: dict[str, str] = {}
        self.schemes: set[str] = set()

    @property
    def taken_for_prefixes(self) -> bool:
        """Tell whether a prefix in use is also the scheme of an IRI."""
        return not self.schemes.isdisjoint(self.used)

    def __missing__(self, token: str) -> str:
        found = PLAIN_IRI.match(token) if self._plain is not None else None
        if found is not None and self._plain is not None and found[1] not in self._plain:
            written = f'"{token[1:-1]}"'  # so it is for most, the things themselves
        else:
            written = f'"{self._name(token)}"'
        if not token.startswith(("<http:", "<https:", "_:")):
            scheme, _, rest = token[1:].partition(":")
            self.schemes |= set() if rest.startswith("//") else {scheme}
        self[token] = written
        return written

    def literal(self, token: str) -> str:
        """Return a literal as a JSON value."""
        at = token.rindex('"') + 1
        text, ending = token[:at], token[at:]
        if "\\u" in text or "\\U" in text:
            text = json.dumps(unescaped(text[1:-1]), ensure_ascii=False)
        if not ending:
            return text
        if ending[0] == "@":
            language = ending[1:] if "--" not in ending else ending[1:].partition("--")[0]
            return f'{{\n    "@value": {text},\n    "@language": "{language}"\n   }}'
        return f'{{\n    "@value": {text},\n    "@type": {self[ending[2:]]}\n   }}'

    def _name(self, token: str) -> str:
        if not is_iri_token(token):
            if token[0] == "<":
                raise NotAcceptable("JSON-LD 1.1 cannot write a triple term (RDF 1.2); ask for Turtle.")
            return token
        iri = token[1:-1]
        found = self._prefixes.find(iri)
        if found is None:
            return iri
        name, local = found
        namespace = self._namespaces[name]
        if not local or not name or namespace[-1] not in "/#:?":
            return iri
        self.used[name] = namespace
        return f"{name}:{local}"
