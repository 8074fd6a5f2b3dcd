"""Find each SELECT of a SPARQL text whose group is one triple pattern, with filters or without.

Nothing else is understood, and what is not exactly of that form is passed over (SPARQL 1.1 Query Language, section
19.8: SubSelect, GroupGraphPattern, TriplesSameSubject, Filter).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kgpub.iris import is_iri
from kgpub.sparql_tokens import Token, prefixes_in
from kgpub.vocabulary import TYPE

_CLOSING = {"(": ")", "{": "}"}


@dataclass(frozen=True, slots=True)
class LonePattern:
    """A triple pattern, and where it stands in the text, with the GRAPH around it if there is one.

    A term is ``?name``, ``<iri>``, or empty for ``[]``; *graph* is None without GRAPH.
    """

    start: int
    end: int
    subject: str
    predicate: str
    object: str
    graph: str | None = None


@dataclass(frozen=True, slots=True)
class LoneSelect:
    """A SELECT over a lone pattern: the tokens of what it selects, of its filters, and of what follows its group."""

    head: tuple[Token, ...]
    pattern: LonePattern
    filters: tuple[Token, ...]
    tail: tuple[Token, ...]


def lone_selects(tokens: Sequence[Token]) -> Iterator[LoneSelect]:
    """Yield each SELECT whose group is a lone pattern."""
    prefixes = prefixes_in(tuple(tokens))
    for at, token in enumerate(tokens):
        if token.is_word("SELECT") and (found := _select(tokens[at + 1 :], prefixes)) is not None:
            yield found


def _select(tokens: Sequence[Token], prefixes: Mapping[str, str]) -> LoneSelect | None:
    """Read what follows a SELECT, to the end of the text or of the group that it stands in."""
    begin = next((at for at, token in enumerate(tokens) if token.text == "{"), None)
    if begin is None or (end := _end_of(tokens, begin)) is None:
        return None
    head = [token for token in tokens[:begin] if not token.is_word("WHERE")]
    group = tokens[begin + 1 : end - 1]
    read = _Reader(group, prefixes)
    pattern = read.pattern()
    if pattern is None or not read.has_only_filters():
        return None
    return LoneSelect(tuple(head), pattern, tuple(group[read.filters_at :]), tuple(_tail(tokens[end:])))


def _tail(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        depth += (token.text == "{") - (token.text == "}")
        if depth < 0:
            return
        yield token


def _end_of(tokens: Sequence[Token], at: int) -> int | None:
    """Return where what the bracket at a place opens has ended, None where it does not end."""
    opening, depth = tokens[at].text, 0
    closing = _CLOSING[opening]
    for place in range(at, len(tokens)):
        depth += (tokens[place].text == opening) - (tokens[place].text == closing)
        if depth == 0:
            return place + 1
    return None


class _Reader:
    """Reads the tokens of a group."""

    def __init__(self, tokens: Sequence[Token], prefixes: Mapping[str, str]) -> None:
        self._tokens = tokens
        self._prefixes = prefixes
        self._at = 0
        self.filters_at = 0

    def pattern(self) -> LonePattern | None:
        """Read the triple pattern, None where something else stands."""
        graph = None
        if self._takes_word("GRAPH") and (not (graph := self._term()) or not self._takes("{")):
            return None
        terms = self._term(), self._verb(), self._term()
        self._takes(".")
        if None in terms or (graph is not None and not self._takes("}")):
            return None
        self._takes(".")
        self.filters_at = self._at
        subject, predicate, object_ = (term or "" for term in terms)
        last = self._tokens[self._at - 1]
        return LonePattern(self._tokens[0].start, last.end, subject, predicate, object_, graph)

    def has_only_filters(self) -> bool:
        """Tell whether nothing but filters follows."""
        while self._takes_word("FILTER"):
            if self._peek("("):
                end = _end_of(self._tokens, self._at)
            elif self._peek("(", 1):
                end = _end_of(self._tokens, self._at + 1)
            else:
                return False
            if end is None:
                return False
            self._at = end
            self._takes(".")
        return self._at == len(self._tokens)

    def _verb(self) -> str | None:
        if self._peek("a"):
            self._at += 1
            return f"<{TYPE}>"
        return self._term() or None

    def _term(self) -> str | None:
        if self._takes("["):
            return "" if self._takes("]") else None
        if self._at == len(self._tokens):
            return None
        token = self._tokens[self._at]
        self._at += 1
        if token.kind == "variable":
            return f"?{token.text[1:]}"
        iri = self._iri(token)
        return f"<{iri}>" if is_iri(iri) and "\\" not in iri else None

    def _iri(self, token: Token) -> str:
        """Return the IRI that a token is, empty where it is none."""
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, _, local = token.text.partition(":")
        return self._prefixes.get(prefix, "") + local if token.kind == "name" else ""

    def _peek(self, mark: str, ahead: int = 0) -> bool:
        return self._at + ahead < len(self._tokens) and self._tokens[self._at + ahead].text == mark

    def _takes(self, mark: str) -> bool:
        found = self._peek(mark)
        self._at += found
        return found

    def _takes_word(self, word: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at].is_word(word)
        self._at += found
        return found
