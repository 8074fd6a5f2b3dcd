"""The grammar of ``sparql.ebnf``: what its expressions begin with, what stands for them, what they are called."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

#: What a reader is told was expected, instead of the tokens that a rule begins with.
_CALLED = {
    "Form": "SELECT, CONSTRUCT, DESCRIBE or ASK",
    "SelectItem": "a variable or '(' with an expression",
    "Dataset": "FROM",
    "Operator": "an operator",
    "Group": "'{'",
    "Triples": "a triple pattern",
    "TriplesBlock": "a triple pattern",
    "Pattern": "a keyword such as FILTER or OPTIONAL",
    "Predicates": "a predicate",
    "Verb": "a predicate",
    "Property": "a property",
    "Objects": "an object",
    "Object": "an object",
    "Iri": "an IRI",
    "IRI": "an IRI in <>",
    "VarOrIri": "a variable or an IRI",
    "Expression": "an expression",
    "Operand": "a value or an expression",
    "Condition": "a condition in parentheses or a function",
    "GroupCondition": "a variable or an expression",
    "OrderCondition": "a variable, ASC or DESC",
    "DataValue": "an IRI, a literal or UNDEF",
    "DataRow": "'(' with the values of a row",
    "NAMESPACE": "a prefix that ends in ':'",
    "VAR": "a variable",
    "STRING": "a string",
    "INTEGER": "a whole number",
    "END": "the end of the query",
}


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One expression of the grammar, equal to itself alone.

    It is a token, a rule's name, a sequence, a choice, or what may be left out (``?``) or repeated too (``*``).
    """

    kind: str
    name: str = ""
    parts: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Grammar:
    """The rules, with what follows from them: whether an expression can be empty, and what it begins with."""

    rules: dict[str, Node]
    _firsts: dict[Node, frozenset[str]] = field(default_factory=dict)

    def is_empty(self, node: Node) -> bool:
        """Tell whether an expression can stand for nothing."""
        if node.kind == "rule":
            return self.is_empty(self.rules[node.name])
        if node.kind == "sequence":
            return all(self.is_empty(part) for part in node.parts)
        if node.kind == "choice":
            return any(self.is_empty(part) for part in node.parts)
        return node.kind in ("?", "*")

    def first(self, node: Node) -> frozenset[str]:
        """Return the tokens that an expression can begin with."""
        if node not in self._firsts:
            self._firsts[node] = frozenset(self._begins(node))
        return self._firsts[node]

    def _begins(self, node: Node) -> Iterator[str]:
        if node.kind == "token":
            yield node.name
        for part in (self.rules[node.name],) if node.kind == "rule" else node.parts:
            yield from self.first(part)
            if node.kind == "sequence" and not self.is_empty(part):
                return

    def called(self, node: Node) -> list[str]:
        """Return what an expression begins with, in a reader's words."""
        if node.name in _CALLED:
            return [_CALLED[node.name]]
        if node.kind == "token":
            return [node.name if node.name[0].isalpha() else f"'{node.name}'"]
        words: list[str] = []
        for part in (self.rules[node.name],) if node.kind == "rule" else node.parts:
            words += self.called(part)
            if node.kind == "sequence" and not self.is_empty(part):
                break
        return words

    def expanded(self, node: Node, classes: frozenset[str]) -> list[Node]:
        """Return what to read in place of an expression that begins with a token of these classes, last first."""
        if node.kind == "rule":
            return [self.rules[node.name]]
        if node.kind == "choice":
            return [next(part for part in node.parts if classes & self.first(part))]
        if node.kind == "*":
            return [node, *node.parts]
        return list(reversed(node.parts))


@cache
def grammar() -> Grammar:
    """Return the grammar, which is read once and never changes."""
    rules = {}
    for line in files("kgpub").joinpath("sparql.ebnf").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, body = line.partition(" ::= ")
            rules[name] = _choice(body.split()[::-1])
    return Grammar(rules)


def _choice(words: list[str]) -> Node:
    """Read alternatives from words, the next one last, up to a closing parenthesis or the end."""
    alternatives = [_sequence(words)]
    while words and words[-1] == "|":
        words.pop()
        alternatives.append(_sequence(words))
    return alternatives[0] if len(alternatives) == 1 else Node("choice", "", tuple(alternatives))


def _sequence(words: list[str]) -> Node:
    parts: list[Node] = []
    while words and words[-1] not in ("|", ")", ")?", ")*", ")+"):
        word = words.pop()
        if word == "(":
            node, sign = _choice(words), words.pop()[1:]
        else:
            bare = word if word.startswith("'") else word.rstrip("?*+")
            node, sign = _named(bare), ""
            if word.startswith("'") and not word.endswith("'"):
                node, sign = _named(word[:-1]), word[-1]
            elif not word.startswith("'"):
                sign = word[len(bare) :]
        parts += {"": (node,), "+": (node, Node("*", "", (node,)))}.get(sign, (Node(sign, "", (node,)),))
    return parts[0] if len(parts) == 1 else Node("sequence", "", tuple(parts))


def _named(word: str) -> Node:
    if word.startswith("'"):
        return Node("token", word[1:-1])
    return Node("token" if word.isupper() else "rule", word)
