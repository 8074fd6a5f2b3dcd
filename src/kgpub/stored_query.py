"""A stored query: one ``.rq`` file whose leading comments say what it answers and which values it takes.

The comments are lines of ``# key: value``, and lines that begin with a hash and at least two blanks go on with the one
before. A parameter stands in the text as ``VALUES ?name { term }``, which holds its default; to bind it is to replace
that one term (docs/reference/queries.md).
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kgpub.errors import NotDescribed, ParameterInvalid, StoredQueryInvalid
from kgpub.iris import is_iri
from kgpub.query_values import Kind, Names, Written, term_of, written
from kgpub.sparql_tokens import Token, Values, prefixes_in, services_in, tokens_of, values_in, verb_of

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
#: Names in an address that are not those of parameters.
RESERVED = ("format", "lang", "timeout", "ui")
#: What SPARQL writes for no value (SPARQL 1.1 Query Language, section 10.2).
UNDEFINED = "UNDEF"

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ENTRY = re.compile(r"# ?(?P<key>[A-Za-z]+)(?:@(?P<language>[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*))?: *(?P<value>.*)")
_CONTINUATION = re.compile(r"#[ \t]{2,}(?P<more>\S.*)")
_PARAMETER = re.compile(r"(?P<name>\w+) +\((?P<kind>\w+)\) +(?P<description>\S.*)")
_TRANSLATED = ("title", "description")
_KEYS = (*_TRANSLATED, "question", "param", "federated")
_CHANGING = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value that a query takes: its *default* is None where the text says UNDEF, which matches anything.

    *start* and *end* are where the default's term stands in the text.
    """

    name: str
    kind: Kind
    description: str
    default: str | None
    language: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class StoredQuery:
    """A query with what is said of it: *titles* and *descriptions* by language, '' for those without one.

    *form* is SELECT, ASK, CONSTRUCT or DESCRIBE; *federated* is the other endpoint that it asks, if it does.
    """

    name: str
    text: str
    form: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    question: str = ""
    parameters: tuple[Parameter, ...] = ()
    federated: str = ""
    is_changing: bool = False

    @property
    def gives_graph(self) -> bool:
        """Tell whether the result is a graph rather than a table or a truth value."""
        return self.form in ("CONSTRUCT", "DESCRIBE")

    def bind(self, values: Mapping[str, str | None], names: Names) -> str:
        """Return the text with values in the places of its parameters; those not given keep their defaults.

        None stands for no value at all, which matches anything, and so does ``UNDEF`` unless a text is asked for.
        Raises ``ParameterInvalid`` for a value of a parameter that the query does not have, or not of its kind.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                offered = f"its parameters are {', '.join(known)}" if known else "it has none"
                raise ParameterInvalid(f"The query '{self.name}' has no parameter '{name}'; {offered}.")
        text = self.text
        for name in sorted(values, key=lambda name: -known[name].start):
            place, value = known[name], values[name]
            is_open = value is None or (value == UNDEFINED and place.kind is not Kind.STRING)
            term = UNDEFINED if is_open else term_of(name, place.kind, value or "", place.language, names)
            text = text[: place.start] + term + text[place.end :]
        return text


def find_query(queries: Mapping[str, StoredQuery], name: str) -> StoredQuery:
    """Return a query by its name; raise ``NotDescribed``, with the names that are like it, where there is none."""
    if name in queries:
        return queries[name]
    near = difflib.get_close_matches(name.lower(), queries, n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else "."
    raise NotDescribed(f"There is no stored query '{name}'{hint}")


def read_queries(folder: Path) -> dict[str, StoredQuery]:
    """Return the stored queries of a folder by name, those in folders below it left aside."""
    return {path.stem: read_query(path) for path in sorted(folder.glob("[!.]*.rq")) if path.is_file()}


def read_query(path: Path) -> StoredQuery:
    """Read one stored query; raise ``StoredQueryInvalid`` for a file that is none."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise StoredQueryInvalid(path, None, "the file cannot be read as UTF-8 text") from error
    return _Reader(path, text).query()


def header_length(text: str) -> int:
    """Return how many lines of comments a text begins with."""
    lines = text.split("\n")
    return next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))


@dataclass(frozen=True, slots=True)
class _Entry:
    """One key of the header, with the line that it stands on."""

    key: str
    language: str
    value: str
    line: int


class _Reader:
    """Reads one file, and knows which of its lines to blame."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text
        self._tokens: tuple[Token, ...] = tokens_of(text)

    def query(self) -> StoredQuery:
        if not _NAME.fullmatch(self._path.stem):
            raise self._error(None, "its name is its address; write it with a-z, 0-9 and hyphens")
        entries = list(self._entries())
        titles, descriptions = (self._translated(entries, key) for key in _TRANSLATED)
        return StoredQuery(
            self._path.stem,
            self._text,
            self._form(),
            titles,
            descriptions,
            self._single(entries, "question"),
            tuple(self._parameters([entry for entry in entries if entry.key == "param"])),
            self._federated(entries),
            any(token.is_word(*_CHANGING) for token in self._tokens),
        )

    def _error(self, line: int | None, reason: str) -> StoredQueryInvalid:
        return StoredQueryInvalid(self._path, line, reason)

    def _entries(self) -> Iterator[_Entry]:
        """Yield the keys of the header, each with its value on one line."""
        begun: _Entry | None = None
        lines = self._text.split("\n")[: header_length(self._text)]
        for number, line in enumerate(lines, 1):
            entry, more = _ENTRY.fullmatch(line.rstrip()), _CONTINUATION.fullmatch(line.rstrip())
            if more is not None and begun is not None:
                begun = _Entry(begun.key, begun.language, f"{begun.value} {more['more']}".strip(), begun.line)
            elif entry is not None:
                if begun is not None:
                    yield self._checked(begun)
                begun = _Entry(entry["key"], entry["language"] or "", entry["value"], number)
            else:
                raise self._error(number, "expected '# key: value', or a hash and two blanks to go on with the value")
        if begun is not None:
            yield self._checked(begun)

    def _checked(self, entry: _Entry) -> _Entry:
        if entry.key not in _KEYS:
            near = difflib.get_close_matches(entry.key, _KEYS, n=1)
            hint = f"did you mean '{near[0]}'" if near else f"the keys are {', '.join(_KEYS)}"
            raise self._error(entry.line, f"unknown key '{entry.key}'; {hint}")
        if entry.language and entry.key not in _TRANSLATED:
            raise self._error(entry.line, f"'{entry.key}' takes no language; {' and '.join(_TRANSLATED)} do")
        if not entry.value:
            raise self._error(entry.line, f"'{entry.key}' has no value; give it one or remove the line")
        return entry

    def _translated(self, entries: list[_Entry], key: str) -> dict[str, str]:
        """Return the values of a key by language; a key without one is in the language of the publication."""
        found: dict[str, str] = {}
        for entry in entries:
            if entry.key != key:
                continue
            if entry.language in found:
                raise self._twice(entry)
            found[entry.language] = entry.value
        if "" not in found:
            raise self._error(1, f"the key '{key}' is missing; add a line '# {key}: …' at the top of the file")
        return found

    def _single(self, entries: list[_Entry], key: str) -> str:
        given = [entry for entry in entries if entry.key == key]
        if len(given) > 1:
            raise self._twice(given[1])
        return given[0].value if given else ""

    def _twice(self, entry: _Entry) -> StoredQueryInvalid:
        tag = f"@{entry.language}" if entry.language else ""
        return self._error(entry.line, f"'{entry.key}{tag}' is given twice; once is the limit")

    def _form(self) -> str:
        verb = verb_of(self._tokens)
        if verb not in FORMS:
            raise self._error(None, f"a stored query is a {', '.join(FORMS[:-1])} or {FORMS[-1]} query, not an update")
        return verb

    def _parameters(self, entries: list[_Entry]) -> Iterator[Parameter]:
        prefixes, places = prefixes_in(self._tokens), values_in(self._tokens)
        seen: set[str] = set()
        for entry in entries:
            given = _PARAMETER.fullmatch(entry.value)
            kind = next((kind for kind in Kind if given is not None and kind.value == given["kind"]), None)
            if given is None or kind is None:
                kinds = ", ".join(kind.value for kind in Kind)
                raise self._error(entry.line, f"write a parameter as 'name (kind) What it is.'; the kinds are {kinds}")
            name = given["name"]
            if name in RESERVED or name in seen:
                why = "is declared twice" if name in seen else "means something else in an address; call it otherwise"
                raise self._error(entry.line, f"the parameter '{name}' {why}")
            seen.add(name)
            place = self._place(name, entry.line, [place for place in places if place.name == name])
            default = self._default(name, kind, place, prefixes)
            value, language = (default.value, default.language) if default else (None, "")
            yield Parameter(name, kind, given["description"], value, language, place.start, place.end)

    def _place(self, name: str, line: int, places: list[Values]) -> Values:
        if len(places) != 1:
            times = "not" if not places else f"{len(places)} times"
            expected = f"VALUES ?{name} {{ term }}"
            raise self._error(line, f"'{expected}' must stand in the query once, with the default; it is {times} there")
        return places[0]

    def _default(self, name: str, kind: Kind, place: Values, prefixes: Mapping[str, str]) -> Written | None:
        line = self._text.count("\n", 0, place.start) + 1
        if len(place.inner) == 1 and place.inner[0].is_word(UNDEFINED):
            return None
        default = written(place.inner, prefixes)
        if default is None:
            raise self._error(line, f"VALUES ?{name} must hold a single term: an IRI, a literal or UNDEF")
        if default.kind is not kind and (kind, default.kind) != (Kind.DECIMAL, Kind.INTEGER):
            raise self._error(line, f"the default of '{name}' is of kind {default.kind.value}, not {kind.value}")
        return default

    def _federated(self, entries: list[_Entry]) -> str:
        endpoint, services = self._single(entries, "federated"), services_in(self._tokens)
        line = next((entry.line for entry in entries if entry.key == "federated"), None)
        if services and not endpoint:
            raise self._error(None, "the query uses SERVICE; add a line '# federated: ' with the endpoint's IRI")
        if endpoint and not (is_iri(endpoint) and endpoint.startswith(("http://", "https://"))):
            raise self._error(line, f"'{endpoint}' is not the IRI of an endpoint")
        if endpoint and f"<{endpoint}>" not in services:
            raise self._error(line, f"no SERVICE of the query names <{endpoint}>; name it there, or remove the line")
        return endpoint
