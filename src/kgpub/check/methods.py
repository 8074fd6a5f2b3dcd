"""How other methods than GET are answered, and requests of scripts on other sites."""

from kgpub.check.exchange import Answer, Ask
from kgpub.check.target import Target
from kgpub.check.visit import Visit

_METHOD_NOT_ALLOWED, _NOT_IMPLEMENTED, _MULTI_STATUS = 405, 501, 207
#: A method that changes nothing and that a document does not have (RFC 4918, section 9.1).
_FOREIGN_METHOD = "PROPFIND"
_ORIGIN = "https://client.example"
#: HEAD has these like GET.
_ALIKE = ("content-type", "etag", "last-modified", "content-location", "vary", "link", "content-length")


def check_methods(visit: Visit, target: Target) -> None:
    """Ask a document with HEAD, OPTIONS and a method that it does not have, and as a script would."""
    answer = target.best
    if answer is None:
        return
    _check_head(visit, answer)
    _check_options(visit, answer)
    _check_foreign(visit, answer)
    _check_script(visit, answer)
    if target.html is not None and target.html is not answer:
        _check_head(visit, target.html)


def _check_head(visit: Visit, answer: Answer) -> None:
    head = visit.send(Ask(answer.ask.url, answer.ask.accept, "HEAD"))
    if head is None:
        return
    if head.status != answer.status:
        visit.findings.add("head.differs", head, f"{head.status}, where GET is answered {answer.status}")
        return
    for name in _ALIKE:
        mine, others = head.field(name), answer.field(name)
        if mine is None and name == "content-length":  # it may be left out
            continue
        if mine != others and not (others is None and name == "content-length"):
            visit.findings.add("head.differs", head, f"{name}: {mine}, where GET has {others}"[:400])


def _check_options(visit: Visit, answer: Answer) -> None:
    options = visit.send(Ask(answer.ask.url, None, "OPTIONS"))
    if options is not None and (not options.is_ok or options.field("allow") is None):
        allow = options.field("allow") or "is not there"
        visit.findings.add("options.unanswered", options, f"{options.status}, Allow: {allow}")
    asked = (("Origin", _ORIGIN), ("Access-Control-Request-Method", "GET"),
             ("Access-Control-Request-Headers", "if-none-match"))  # fmt: skip
    preflight = visit.send(Ask(answer.ask.url, None, "OPTIONS", asked))
    if preflight is None:
        return
    allowed = preflight.listed("access-control-allow-headers")
    if not (preflight.is_ok and preflight.field("access-control-allow-origin") and allowed & {"if-none-match", "*"}):
        came = f"{preflight.status}, Access-Control-Allow-Headers: {', '.join(sorted(allowed)) or 'is not there'}"
        visit.findings.add("cors.preflight", preflight, came)


def _check_foreign(visit: Visit, answer: Answer) -> None:
    refused = visit.send(Ask(answer.ask.url, None, _FOREIGN_METHOD))
    if refused is None or refused.status in (_NOT_IMPLEMENTED, _MULTI_STATUS):
        return
    if refused.status == _METHOD_NOT_ALLOWED:
        if refused.field("allow") is None:
            visit.findings.add("method.allow", refused, "405 without Allow")
    elif not refused.is_refusal:
        visit.findings.add("method.accepted", refused, f"{refused.brief} for {_FOREIGN_METHOD}")


def _check_script(visit: Visit, answer: Answer) -> None:
    asked = visit.send(Ask(answer.ask.url, answer.ask.accept, fields=(("Origin", _ORIGIN),)))
    if asked is None:
        return
    origin = asked.field("access-control-allow-origin")
    if origin not in ("*", _ORIGIN):
        visit.findings.add("cors.missing", asked, f"Access-Control-Allow-Origin: {origin or 'is not there'}")
        return
    if origin == _ORIGIN and asked.field("access-control-allow-credentials") == "true":
        visit.findings.add("cors.credentials", asked, f"{_ORIGIN} may use credentials")
    exposed = asked.listed("access-control-expose-headers")
    hidden = [name for name in ("link", "etag") if asked.field(name) and not exposed & {name, "*"}]
    if hidden:
        visit.findings.add("cors.hidden", asked, f"hidden: {', '.join(hidden)}")
