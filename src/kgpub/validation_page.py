"""What the page of a release's validation shows: the outcome, the shapes, and results by shape."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from kgpub.numbered_pages import beside
from kgpub.reader import Reader
from kgpub.report import SEVERITIES
from kgpub.site import Site
from kgpub.texts import Text
from kgpub.validation import RESULTS_A_PAGE, Choice, Outcome, Result, ShapeOutcome, Validation
from kgpub.validation_report import address_of, pages_of
from kgpub.values import Link, Linker, Statements, Value

#: Shapes that the page names, shapes whose results it shows, and results of each that it shows.
_SHAPES_NAMED, _SHAPES_SHOWN, _RESULTS_SHOWN = 500, 50, 5
_IRI = re.compile(r"<([^<>\s]+)>")


@dataclass(frozen=True, slots=True)
class Count:
    """How many results there are of a severity, and where they are; *name* is that of a severity of a shape's own."""

    severity: str
    number: int
    href: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ShownResult:
    """One result; *messages* are in the site's language first."""

    name: str
    focus_node: Value
    path: str
    path_link: Link | None
    value: Value | None
    severity: str
    severity_name: str
    component: Link
    messages: tuple[Text, ...]
    details: tuple["ShownResult", ...]


@dataclass(frozen=True, slots=True)
class ShapeGroup:
    """The results of one shape, or some of them; *focus_nodes* is None where they are not known."""

    shape: Value
    focus_nodes: int | None
    total: int
    counts: tuple[Count, ...]
    results: tuple[ShownResult, ...]
    href: str


@dataclass(frozen=True, slots=True)
class ValidationPage:
    """The page; *chosen* says which results it shows where it does not show all shapes."""

    outcome: Outcome
    counts: tuple[Count, ...]
    groups: tuple[ShapeGroup, ...]
    without_results: tuple[tuple[Value, int | None], ...]
    shapes_total: int
    is_chosen: bool
    chosen_shape: Value | None
    chosen_node: Value | None
    chosen_severity: str
    total: int
    first_number: int
    page: int
    pages: int
    previous: str | None
    next: str | None


def counts_in_all(site: Site, reader: Reader) -> tuple[Count, ...]:
    """Return how many results there are of each severity, that there is no violation too; none if none was sought."""
    if site.validation is None:
        return ()
    return _View(site, Choice(), (), (), reader).counts(Choice(), {"Violation": 0, **site.validation.outcome.counts})


def validation_page(site: Site, validation: Validation, choice: Choice, page: int, reader: Reader) -> ValidationPage:
    """Return the page of a choice of results."""
    results = [] if choice.is_all else validation.results(choice, page)
    shapes = validation.shapes(_SHAPES_NAMED)
    samples = {outcome.shape: _sample(validation, outcome) for outcome in _leading(shapes)} if choice.is_all else {}
    shown = [*results, *(result for sample in samples.values() for result in sample)]
    view = _View(site, choice, shapes, shown, reader)
    total = validation.total(choice)
    pages = 1 if choice.is_all else pages_of(total)
    previous, following = beside(f"{reader.root}/{address_of(choice)}", page, pages, reader.keep)
    return ValidationPage(
        outcome=validation.outcome,
        counts=view.counts(Choice(), validation.outcome.counts),
        groups=tuple(view.groups(shapes, samples) if choice.is_all else view.listed(results)),
        without_results=tuple((view.value(s.shape), s.focus_nodes) for s in shapes if choice.is_all and not s.results),
        shapes_total=validation.outcome.shapes,
        is_chosen=not choice.is_all,
        chosen_shape=view.value(choice.shape) if choice.shape else None,
        chosen_node=view.value(choice.focus_node) if choice.focus_node else None,
        chosen_severity=view.severity(choice.severity) if choice.severity else "",
        total=total,
        first_number=(page - 1) * RESULTS_A_PAGE + 1,
        page=page,
        pages=pages,
        previous=previous,
        next=following,
    )


def _leading(shapes: Iterable[ShapeOutcome]) -> list[ShapeOutcome]:
    return [shape for shape in shapes if shape.results][:_SHAPES_SHOWN]


def _sample(validation: Validation, outcome: ShapeOutcome) -> list[Result]:
    return validation.results(Choice(shape=outcome.shape), 1, _RESULTS_SHOWN)


class _View:
    """Turns results into what is shown, with the labels of all that they name."""

    def __init__(
        self, site: Site, choice: Choice, shapes: Iterable[ShapeOutcome], results: Iterable[Result], reader: Reader
    ) -> None:
        named = {shape.shape for shape in shapes} | {term for term in (choice.shape, choice.focus_node) if term}
        for result in results:
            named |= _terms(result.body)
        labels = site.documents.labels(term[1:-1] for term in sorted(named) if term.startswith("<"))
        self._site = site
        self._reader = reader
        self._linker = Linker(site, labels, reader)
        self._statements = Statements(site, self._linker, {})

    def value(self, token: str) -> Value:
        return self._statements.value(("", "", token, ""))

    def severity(self, severity: str) -> str:
        """Return what a severity is called."""
        return severity if severity in SEVERITIES else self._short(severity)

    def counts(self, choice: Choice, counts: Mapping[str, int]) -> tuple[Count, ...]:
        """Return the numbers by severity, each with where these results of the choice are."""
        return tuple(
            Count(
                severity,
                number,
                self._reader.at(address_of(choice._replace(severity=severity))),
                self.severity(severity),
            )
            for severity, number in counts.items()
        )

    def groups(self, shapes: Iterable[ShapeOutcome], samples: Mapping[str, list[Result]]) -> Iterator[ShapeGroup]:
        """Yield the shapes that found something, each with its first results."""
        for outcome in shapes:
            if outcome.shape in samples:
                choice = Choice(shape=outcome.shape)
                yield ShapeGroup(
                    self.value(outcome.shape),
                    outcome.focus_nodes,
                    outcome.results,
                    self.counts(choice, outcome.counts),
                    tuple(map(self._result, samples[outcome.shape])),
                    self._reader.at(address_of(choice)),
                )

    def listed(self, results: Iterable[Result]) -> Iterator[ShapeGroup]:
        """Yield the results of a page by shape, in their order."""
        for shape, run in groupby(results, lambda result: str(result.body["shape"])):
            shown = tuple(map(self._result, run))
            yield ShapeGroup(
                self.value(shape), None, len(shown), (), shown, self._reader.at(address_of(Choice(shape=shape)))
            )

    def _result(self, result: Result) -> ShownResult:
        return self._finding(f"result-{result.number}", result.body)

    def _finding(self, name: str, body: Mapping[str, Any]) -> ShownResult:
        path, value = body["path"], body["value"]
        is_property = path is not None and _IRI.fullmatch(path) is not None
        return ShownResult(
            name=name,
            focus_node=self.value(body["focusNode"]),
            path="" if path is None else self._short(path),
            path_link=self._linker.term(path[1:-1]) if is_property else None,
            value=self.value(value) if value is not None and value != body["focusNode"] else None,
            severity=body["severity"],
            severity_name=self.severity(body["severity"]),
            component=self._linker.term(body["component"][1:-1]),
            messages=tuple(self._messages(body["messages"])),
            details=tuple(
                self._finding(f"{name}-{number}", detail) for number, detail in enumerate(body["details"], 1)
            ),
        )

    def _messages(self, messages: Iterable[Mapping[str, str]]) -> Iterator[Text]:
        for message in sorted(messages, key=lambda message: self._reader.rank(message["language"])):
            language = self._reader.told(message["language"])
            text = _IRI.sub(lambda iri: self._site.names_of_iris.name_of(iri[1]), message["text"].strip())
            yield Text(text, language)

    def _short(self, text: str) -> str:
        return _IRI.sub(lambda iri: self._site.names_of_iris.name_of(iri[1]), text)


def _terms(body: Mapping[str, Any]) -> set[str]:
    """Return the terms of a result, its details' too."""
    found = {body["focusNode"], body["shape"], *([body["value"]] if body["value"] else [])}
    return found.union(*map(_terms, body["details"]))
