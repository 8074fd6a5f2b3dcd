"""What a validation found, and the three ways to read it: as text, as JSON and as RDF.

This module reads no RDF, so a server can show a report without the libraries that made it.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from kgpub.iris import last_segment

#: The severities that SHACL knows, gravest first; a severity of a shape's own comes after them.
SEVERITIES = ("Violation", "Warning", "Info")

_LITERAL_OR_IRI = re.compile(r'"(?:[^"\\]|\\.)*"|<([^<>"{}|^`\\\s]+)>')
_IRI = re.compile(r'<([A-Za-z][A-Za-z0-9+.-]*:[^<>"{}|^`\\\s]*)>')
#: Data may hold control characters, and a terminal obeys them.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Message(NamedTuple):
    """What a result says, in one language ('' for none)."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One validation result.

    Terms stand in N-Triples syntax, their lexical forms as in the data. *shape* is the nearest shape with an IRI:
    a property shape is mostly a blank node, so the shape that holds it is named instead. *path* is in the syntax
    of SPARQL, None on a node shape. *severity* is the local name of SHACL's own ones, else an IRI. *details* are the
    findings behind this one, where ``sh:node`` led to another shape.
    """

    shape: str
    focus_node: str
    path: str | None
    value: str | None
    component: str
    severity: str
    messages: tuple[Message, ...]
    details: tuple["Finding", ...] = ()

    @property
    def rank(self) -> tuple[int, str, str, str, str, str, tuple[Message, ...]]:
        """Return the key that sorts findings: violations first, then by shape, focus node, path and value."""
        return (
            _gravity(self.severity),
            self.shape,
            self.focus_node,
            self.path or "",
            self.value or "",
            self.component,
            self.messages,
        )


class CheckedShape(NamedTuple):
    """A shape that chooses its own focus nodes, and how many these are."""

    shape: str
    focus_nodes: int


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a validation, its findings sorted by ``Finding.rank``.

    *conforms* is W3C's word: false with any finding, whatever its severity. Whoever publishes asks *violations*.
    *turtle* is the ``sh:ValidationReport`` itself. *shapes* are those with targets, *focus_nodes* counts what they
    choose, each once.
    """

    conforms: bool
    findings: tuple[Finding, ...]
    turtle: bytes
    shapes: tuple[CheckedShape, ...] = ()
    focus_nodes: int = 0

    @property
    def violations(self) -> int:
        """Return how many findings are of severity ``sh:Violation``."""
        return self.counts.get(SEVERITIES[0], 0)

    def has(self, least: str) -> bool:
        """Tell whether there is a finding as grave as a severity, in lower case; a shape's own one is the least."""
        if least == SEVERITIES[-1].lower():
            return not self.conforms
        graver = [name for name in SEVERITIES if _gravity(name) <= _gravity(least.capitalize())]
        return any(self.counts.get(name) for name in graver)

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of findings of each severity that occurs, gravest first."""
        return in_order_of_gravity(Counter(finding.severity for finding in self.findings).items())


def as_text(report: Report, shorten: Callable[[str], str] = last_segment) -> str:
    """Return the report for a person: every finding, by shape and focus node, violations first.

    *shorten* turns an IRI into the name shown; by default that is what follows its last ``/``, ``#`` or ``:``.
    """
    lines = [_headline(report, shorten)]
    for shape, of_shape in _grouped(report.findings, lambda finding: finding.shape):
        lines += ["", _readable(shape, shorten)]
        for focus_node, of_node in _grouped(of_shape, lambda finding: finding.focus_node):
            lines.append(f"  {_readable(focus_node, shorten)}")
            for finding in of_node:
                lines += _finding_lines(finding, shorten, "    ")
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines)) + "\n"


def as_json(report: Report) -> str:
    """Return the report as JSON, for programs.

    ``{"conforms": bool, "counts": {severity: number}, "findings": [finding]}``; a finding has the keys ``shape``,
    ``focusNode``, ``path``, ``value``, ``component``, ``severity``, ``messages`` (each ``text`` and ``language``) and
    ``details`` (findings again). Terms are in N-Triples syntax; ``path`` and ``value`` may be null.
    """
    document = {
        "conforms": report.conforms,
        "counts": report.counts,
        "findings": [as_object(finding) for finding in report.findings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_turtle(report: Report) -> bytes:
    """Return the report as the ``sh:ValidationReport`` graph that the W3C defines, in Turtle."""
    return report.turtle


def in_order_of_gravity(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return numbers by severity, gravest first."""
    return dict(sorted(counts, key=lambda count: (_gravity(count[0]), count[0])))


def _gravity(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _headline(report: Report, shorten: Callable[[str], str]) -> str:
    if not report.findings:
        return "No findings: the data conforms to the shapes."
    counts = [
        _counted(n, severity.lower()) if severity in SEVERITIES else f"{n} {_readable(severity, shorten)}"
        for severity, n in report.counts.items()
    ]
    shapes = len({finding.shape for finding in report.findings})
    return f"{', '.join(counts)} in {_counted(shapes, 'shape')}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _grouped(findings: tuple[Finding, ...], key: Callable[[Finding], str]) -> Iterator[tuple[str, tuple[Finding, ...]]]:
    """Yield the groups in the order of their gravest finding, each with all that belongs to it."""
    first_seen = {name: place for place, name in enumerate(dict.fromkeys(map(key, findings)))}
    together = sorted(findings, key=lambda finding: first_seen[key(finding)])
    for name, group in groupby(together, key):
        yield name, tuple(group)


def _finding_lines(finding: Finding, shorten: Callable[[str], str], indent: str) -> Iterator[str]:
    about = [_readable(finding.severity, shorten)]
    if finding.path is not None:
        about.append(_readable(finding.path, shorten))
    if finding.value is not None and finding.value != finding.focus_node:
        about.append(f"= {_readable(finding.value, shorten)}")
    yield indent + " ".join(about)
    for message in finding.messages or (Message(_readable(finding.component, shorten)),):
        shown = _IRI.sub(lambda iri: shorten(iri[1]), message.text.strip())
        yield from (f"{indent}  {line.strip()}" for line in shown.splitlines())
    for detail in finding.details:
        yield from _finding_lines(detail, shorten, indent + "  ")


def _readable(term: str, shorten: Callable[[str], str]) -> str:
    """Shorten the IRIs in a term or path, but not what looks like one inside a literal."""
    return _LITERAL_OR_IRI.sub(lambda found: shorten(found[1]) if found[1] else found[0], term)


def as_object(finding: Finding) -> dict[str, Any]:
    """Return a finding as it stands in JSON."""
    return {
        "shape": finding.shape,
        "focusNode": finding.focus_node,
        "path": finding.path,
        "value": finding.value,
        "component": finding.component,
        "severity": finding.severity,
        "messages": [message._asdict() for message in finding.messages],
        "details": [as_object(detail) for detail in finding.details],
    }
