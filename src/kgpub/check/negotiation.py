"""Does ``Accept`` decide what comes, and does the answer say that it did?"""

from collections.abc import Mapping

from kgpub.check.addresses import joined
from kgpub.check.exchange import Answer
from kgpub.check.matrix import CLIENTS, HTML, IMPOSSIBLE, RDF_TYPES, SILENT, TEXT_RANGE, WILDCARD, rows_for
from kgpub.check.survey import column_of
from kgpub.check.target import Target
from kgpub.check.visit import Visit

_NOT_ACCEPTABLE = 406
_ALTERNATES_AT_MOST = 20
#: Types that were never registered, or are private by their name.
_PRIVATE = ("+turtle", "+ttl", "+n3", "+ntriples", "+nquads", "+trig")
_PRIVATE_NAMES = (
    "text/rdf+n3",
    "text/nt",
    "text/ntriples",
    "application/turtle",
    "application/rdf+turtle",
    "text/x-nquads",
)


def check_negotiation(visit: Visit, target: Target) -> None:
    """Ask a document for its types in all the ways that clients do."""
    answers = _matrix_of(visit, target)
    _check_defaults(visit, target, answers)
    _check_preferences(visit, target, answers)
    _check_refusal(visit, answers.get(IMPOSSIBLE.name))
    _check_vary(visit, target, answers)
    for answer in {(a.body, a.field("content-type")): a for a in (*target.offers.values(), *answers.values())}.values():
        _check_type(visit, answer)
    for answer in target.offers.values():
        _check_content_location(visit, answer)
    _check_alternates(visit, target)


def _matrix_of(visit: Visit, target: Target) -> Mapping[str, Answer]:
    """Return the answers to all rows beyond the single types, by the name of the row."""
    answers = {}
    for row in rows_for(_offered(target)):
        answer = visit.get(target.address, row.accept)
        if answer is not None:
            answers[row.name] = answer
            visit.matrix.add(row, column_of(target.asked), answer.brief)
    return answers


def _offered(target: Target) -> list[str]:
    """Return the types that quality values are tried with: two of RDF, or one and the page."""
    return [*target.rdf_types[:2], *((HTML,) if target.html is not None else ())]


def _check_defaults(visit: Visit, target: Target, answers: Mapping[str, Answer]) -> None:
    if not target.rdf_types and target.best is not None:
        visit.findings.add("negotiation.no-rdf", target.best, f"only {', '.join(target.offers)}")
    elif not target.rdf_types:
        visit.findings.add("negotiation.no-rdf", target.chain.last, f"{target.chain.last.brief}")
    if target.html is None:
        visit.findings.add("negotiation.no-page", target.chain.last, "no text/html")
    for rule, row in (("negotiation.wildcard", WILDCARD), ("negotiation.silent", SILENT)):
        answer = answers.get(row.name)
        if answer is not None and not answer.is_ok:
            visit.findings.add(rule, answer, answer.brief)
    _expect(visit, "negotiation.browser", answers.get("a browser"), HTML if target.html else None)
    if any(media_type.startswith("text/") for media_type in target.offers):
        answer = answers.get(TEXT_RANGE.name)
        if answer is not None and not answer.media_type.startswith("text/"):
            visit.findings.add("negotiation.range", answer, answer.brief)
    for name, _ in CLIENTS:
        answer = answers.get(name)
        if target.rdf_types and answer is not None and answer.media_type not in RDF_TYPES:
            visit.findings.add("negotiation.client", answer, f"{name} gets {answer.brief}")


def _check_preferences(visit: Visit, target: Target, answers: Mapping[str, Answer]) -> None:
    offered = _offered(target)
    if offered:
        first = offered[0]
        _expect(visit, "negotiation.several", answers.get("unknown type first"), first)
        _expect(visit, "negotiation.letters", answers.get("upper case"), first)
        _expect(visit, "negotiation.parameters", answers.get("a parameter"), first)
    if len(offered) > 1:
        first, second = offered[0], offered[1]
        _expect(visit, "negotiation.quality", answers.get("second preferred"), second)
        _expect(visit, "negotiation.quality", answers.get("first preferred"), first)
        _expect(visit, "negotiation.zero", answers.get("first excluded"), second)


def _expect(visit: Visit, rule: str, answer: Answer | None, media_type: str | None) -> None:
    if answer is not None and media_type is not None and answer.media_type != media_type:
        visit.findings.add(rule, answer, f"{answer.brief}, where {media_type} is to be had")


def _check_refusal(visit: Visit, answer: Answer | None) -> None:
    if answer is None or answer.is_ok:
        return
    if answer.status != _NOT_ACCEPTABLE:
        visit.findings.add("negotiation.refusal", answer, answer.brief)
    elif not any(media_type.encode() in answer.body for media_type in RDF_TYPES):
        has_links = any("alternate" in link.relations for link in visit.links(answer))
        if not has_links:
            visit.findings.add("negotiation.refusal-list", answer, "a 406 that names no other type")


def _check_vary(visit: Visit, target: Target, answers: Mapping[str, Answer]) -> None:
    """Look at what one address answers to different ``Accept``: the document's, and that of redirects before it."""
    by_address: dict[str, list[Answer]] = {}
    for answer in (*target.offers.values(), *answers.values()):
        if answer.is_ok:
            by_address.setdefault(answer.ask.url, []).append(answer)
    for there in by_address.values():
        silent = [answer for answer in there if not answer.listed("vary") & {"accept", "*"}]
        if len({answer.media_type for answer in there}) > 1 and silent:
            visit.findings.add("negotiation.vary", silent[0], f"Vary: {silent[0].field('vary') or 'is not there'}")
    _check_redirect_vary(visit, target)


def _check_redirect_vary(visit: Visit, target: Target) -> None:
    first = [visit.follow(target.asked, accept) for accept in (RDF_TYPES[0], HTML)]
    redirects = [chain.answers[0] for chain in first if chain is not None and chain.answers[0].is_redirect]
    if len({answer.field("location") for answer in redirects}) > 1:
        for answer in redirects:
            if not answer.listed("vary") & {"accept", "*"}:
                came = f"{answer.status} to {answer.field('location')}, Vary: {answer.field('vary') or 'is not there'}"
                visit.findings.add("thing.vary", answer, came)
                return


def _check_type(visit: Visit, answer: Answer) -> None:
    media_type = answer.media_type
    if answer.body and not media_type:
        visit.findings.add("negotiation.untyped", answer, "a body without Content-Type")
    subtype = media_type.partition("/")[2]
    if subtype.startswith("x-") or media_type.endswith(_PRIVATE) or media_type in _PRIVATE_NAMES:
        visit.findings.add("negotiation.private-type", answer, f"Content-Type: {media_type}")
    _check_charset(visit, answer)


def _check_charset(visit: Visit, answer: Answer) -> None:
    charset = answer.charset
    if answer.media_type == HTML and charset is None and b"charset" not in answer.body[:1024].lower():
        visit.findings.add("charset.missing", answer, "text/html without a charset, in its field or its first kilobyte")
    if answer.is_cut or answer.media_type not in (*RDF_TYPES, HTML, "text/csv"):
        return
    is_utf8_only = answer.media_type in RDF_TYPES and answer.media_type != "application/rdf+xml"
    if is_utf8_only and charset not in (None, "utf-8", "utf8"):
        visit.findings.add("charset.wrong", answer, f"{answer.media_type} in {charset}")
        return
    try:
        answer.body.decode(charset or ("utf-8" if is_utf8_only else "latin-1"))
    except (LookupError, UnicodeDecodeError) as error:
        visit.findings.add("charset.wrong", answer, f"{charset or 'utf-8'}: {error}"[:200])


def _check_content_location(visit: Visit, answer: Answer) -> None:
    told = answer.field("content-location")
    if told is None:
        return
    url = visit.here(joined(answer.ask.url, told))
    if url == answer.ask.url or not visit.is_ours(url):
        return
    there = visit.get(url, "*/*")
    if there is None:
        return
    if not there.is_ok or there.media_type != answer.media_type:
        visit.findings.add("location.content", answer, f"{told} is {there.brief}, not {answer.media_type}")


def _check_alternates(visit: Visit, target: Target) -> None:
    links = [link for answer in (target.html, target.best) if answer is not None for link in visit.links(answer)]
    if target.page is not None:
        links += target.page.links
    alternates = {(link.target, link.media_type) for link in links if "alternate" in link.relations}
    for url, media_type in sorted(alternates, key=str)[:_ALTERNATES_AT_MOST]:
        if media_type is None or not visit.is_ours(visit.here(url)):
            continue
        answer = visit.get(visit.here(url), f"{media_type}, */*;q=0.1")
        if answer is None:
            continue
        if not answer.is_ok:
            visit.findings.add("alternate.status", answer, answer.brief)
        elif answer.media_type != media_type:
            visit.findings.add("alternate.type", answer, f"{answer.brief}, announced as {media_type}")
