"""The outcome of a release's validation as data: the ``sh:ValidationReport`` and JSON, a page at a time."""

import json
from collections.abc import Iterator
from urllib.parse import urlencode

from pyoxigraph import Literal, NamedNode, Quad

from kgpub.description import paging_lines
from kgpub.nquads import line_of
from kgpub.numbered_pages import count_pages, page_address
from kgpub.release import DATASET, REPORT, RESULT, VALIDATION
from kgpub.site import Site
from kgpub.validation import RESULTS_A_PAGE, Choice, Result, Validation
from kgpub.vocabulary import DCTERMS, FOAF, SH, TYPE, XSD


def address_of(choice: Choice) -> str:
    """Return the local address of a choice of results, its first page."""
    chosen = {
        "shape": _bare(choice.shape),
        "severity": _bare(choice.severity),
        "focus": _bare(choice.focus_node),
    }
    query = urlencode({name: value for name, value in chosen.items() if value is not None})
    return f"{VALIDATION}?{query}" if query else VALIDATION


def _bare(term: str | None) -> str | None:
    """Return an IRI without its brackets."""
    return term[1:-1] if term is not None and term.startswith("<") else term


def pages_of(total: int) -> int:
    """Return on how many pages so many results stand."""
    return count_pages(total, RESULTS_A_PAGE)


def report_lines(site: Site, validation: Validation, choice: Choice, page: int) -> tuple[str, ...]:
    """Return a page of the report as N-Triples lines: the report, results, and of a part of it where the rest is."""
    total = validation.total(choice)
    address = site.base.resolve(address_of(choice))
    lines = [line_of(quad) for quad in _report(site, validation)]
    results = validation.results(choice, page)
    lines += [result.lines[0] for result in results]  # that it is a result of the report
    lines += [line for result in results for line in result.lines[1:]]
    lines += _about(site, page_address(address, page))
    if pages_of(total) > 1:
        lines += paging_lines(address, page, pages_of(total), total)
    return tuple(dict.fromkeys(lines))


def _report(site: Site, validation: Validation) -> Iterator[Quad]:
    report = NamedNode(site.base.resolve(REPORT))
    conforms = Literal(str(validation.outcome.conforms).lower(), datatype=NamedNode(f"{XSD}boolean"))
    yield Quad(report, NamedNode(TYPE), NamedNode(f"{SH}ValidationReport"))
    yield Quad(report, NamedNode(f"{SH}conforms"), conforms)
    if site.has_catalog:
        yield Quad(report, NamedNode(f"{DCTERMS}isPartOf"), NamedNode(site.base.resolve(DATASET)))


def _about(site: Site, page: str) -> Iterator[str]:
    yield f"<{page}> <{TYPE}> <{FOAF}Document> ."
    yield f"<{page}> <{FOAF}primaryTopic> <{site.base.resolve(REPORT)}> ."
    yield from (f"<{page}> {said}" for said in site.imprint)


def report_json(site: Site, validation: Validation, choice: Choice, page: int, root: str) -> str:
    """Return a page of the report as JSON, with the keys of ``kgpub validate --format json``."""
    outcome, total = validation.outcome, validation.total(choice)
    address = f"{root}/{address_of(choice)}"
    document = {
        "release": site.release.manifest.id,
        "conforms": outcome.conforms,
        "shapes": outcome.shapes,
        "focusNodes": outcome.focus_nodes,
        "counts": outcome.counts,
        "total": total,
        "page": page,
        "pages": pages_of(total),
        "next": page_address(address, page + 1) if page < pages_of(total) else None,
        "findings": [_numbered(site, result) for result in validation.results(choice, page)],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _numbered(site: Site, result: Result) -> dict[str, object]:
    return {"id": f"{site.base.resolve(RESULT)}{result.number}"} | dict(result.body)
