"""Does a SPARQL endpoint keep to its protocol?"""

from urllib.parse import quote, urlsplit

from kgpub.check.exchange import Answer, Ask
from kgpub.check.failures import NotReached, NotReadable
from kgpub.check.matrix import RESULT_TYPES, alone
from kgpub.check.visit import Visit
from kgpub.vocabulary import SD

_JSON = RESULT_TYPES[0]
_ASK = "ASK {}"
#: What a body that is decoded twice, or not at all, would lose: a plus sign, a percent sign, a letter beyond ASCII.
_TRICKY = "a+b %41 é"
_SELECT = f'SELECT ("{_TRICKY}" AS ?text) {{}}'
_CONSTRUCT = "CONSTRUCT { <urn:example:a> <urn:example:b> <urn:example:c> } {}"
_FORM = ("Content-Type", "application/x-www-form-urlencoded")
_QUERY = ("Content-Type", "application/sparql-query")
_ORIGIN = "https://client.example"


def is_endpoint(visit: Visit, url: str) -> bool:
    """Tell whether an address answers SPARQL queries."""
    try:
        answer = visit.client.follow(Ask(_with_query(url, _ASK), _JSON)).last
    except NotReached:
        return False
    return answer.is_ok and answer.media_type == _JSON


def check_endpoint(visit: Visit, url: str) -> None:
    """Ask an endpoint in all the ways of the SPARQL Protocol, and wrongly in some."""
    answer = visit.get(_with_query(url, _ASK), _JSON)
    if answer is None:
        return
    if not answer.is_ok or answer.media_type != _JSON:
        visit.findings.add("sparql.unanswered", answer, answer.brief)
        return
    _check_operations(visit, url)
    _check_types(visit, url)
    _check_graph(visit, url)
    _check_refusals(visit, url)
    _check_description(visit, url)
    script = visit.get(_with_query(url, _ASK), _JSON, (("Origin", _ORIGIN),))
    if script is not None and script.field("access-control-allow-origin") not in ("*", _ORIGIN):
        visit.findings.add("sparql.cors", script, "Access-Control-Allow-Origin is not there")


def _with_query(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}query={quote(query, safe='')}"


def _check_operations(visit: Visit, url: str) -> None:
    """Ask the same by all three operations."""
    form = Ask(url, _JSON, "POST", (_FORM,), f"query={quote(_SELECT, safe='')}")
    for ask in (Ask(_with_query(url, _SELECT), _JSON), form, Ask(url, _JSON, "POST", (_QUERY,), _SELECT)):
        answer = visit.send(ask)
        if answer is None:
            continue
        if not answer.is_ok or answer.media_type != _JSON:
            visit.findings.add("sparql.post", answer, answer.brief)
            continue
        results = _results(visit, answer)
        if results is not None and results.get("first") != {"text": f'"{_TRICKY}"'}:
            visit.findings.add("sparql.form", answer, f'{results.get("first")}, where "{_TRICKY}" was asked for')


def _check_types(visit: Visit, url: str) -> None:
    for media_type in RESULT_TYPES:
        answer = visit.get(_with_query(url, _SELECT), media_type)
        if answer is None:
            continue
        visit.results.add(alone(media_type), urlsplit(url).path, answer.brief)
        if answer.media_type != media_type and (answer.is_ok or media_type in RESULT_TYPES[:2]):
            visit.findings.add("sparql.results", answer, f"{answer.brief} for {media_type}")
        elif answer.is_ok:
            _results(visit, answer)


def _results(visit: Visit, answer: Answer) -> dict[str, object] | None:
    if answer.media_type == "text/csv":  # plain text: there is nothing to misread
        return None
    try:
        return dict(visit.reader.results(answer.body, answer.media_type))
    except NotReadable as error:
        visit.findings.add("sparql.unreadable", answer, f"{answer.media_type}: {error.sentence}")
        return None


def _check_graph(visit: Visit, url: str) -> None:
    for media_type in ("text/turtle", "application/rdf+xml"):
        answer = visit.get(_with_query(url, _CONSTRUCT), media_type)
        if answer is None:
            continue
        if not answer.is_ok or answer.media_type != media_type:
            visit.findings.add("sparql.graph", answer, f"{answer.brief} for {media_type}")
            continue
        try:
            number = len(visit.graph(answer).statements)
        except NotReadable as error:
            visit.findings.add("sparql.graph", answer, error.sentence)
        else:
            if number != 1:
                visit.findings.add("sparql.graph", answer, f"{number} triples, where the query makes one")


def _check_refusals(visit: Visit, url: str) -> None:
    once = quote(_ASK, safe="")
    wrong = (
        ("sparql.malformed", Ask(_with_query(url, "SELECT * {"), _JSON)),
        ("sparql.repeated", Ask(f"{_with_query(url, _ASK)}&query={once}", _JSON)),
        ("sparql.body", Ask(url, _JSON, "POST", (("Content-Type", "text/plain"),), _ASK)),
        # An update that changes nothing: where it is let through, others would be.
        ("sparql.update", Ask(url, "*/*", "POST", (_FORM,), f"update={quote('INSERT DATA {}', safe='')}")),
    )
    for rule, ask in wrong:
        answer = visit.send(ask)
        if answer is None or answer.is_refusal:
            continue
        if rule != "sparql.update" or answer.is_ok:
            visit.findings.add(rule, answer, answer.brief)


def _check_description(visit: Visit, url: str) -> None:
    answer = visit.get(url, "text/turtle")
    if answer is None:
        return
    if not answer.is_ok or answer.media_type != "text/turtle":
        visit.findings.add("sparql.description", answer, answer.brief)
        return
    try:
        graph = visit.graph(answer)
    except NotReadable as error:
        visit.findings.add(error.rule, answer, error.sentence)
        return
    endpoints = graph.objects(f"{SD}endpoint")
    if url not in [visit.here(endpoint) for endpoint in endpoints]:
        visit.findings.add("sparql.description", answer, f"sd:endpoint: {', '.join(endpoints) or 'is not there'}")
