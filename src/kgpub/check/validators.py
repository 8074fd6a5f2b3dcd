"""Can a client keep what it has, and learn that it is still good?"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from kgpub.check.exchange import Answer, Ask
from kgpub.check.target import Target
from kgpub.check.visit import Visit

_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"\Z')
_DATE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\Z")
_NOT_MODIFIED = 304
#: A 304 repeats these where the 200 had them.
_REPEATED = ("etag", "vary", "cache-control", "content-location")
_CLOCK_SKEW = timedelta(minutes=10)


def check_validators(visit: Visit, target: Target) -> None:
    """Look at the validators of a document's representations, and use them."""
    _check_shared(visit, target)
    answer = target.best
    if answer is None:
        return
    etag, modified = answer.field("etag"), answer.field("last-modified")
    if etag is None and modified is None:
        visit.findings.add("validator.missing", answer, "neither ETag nor Last-Modified")
    if answer.field("cache-control") is None and answer.field("expires") is None:
        visit.findings.add("cache.untold", answer, "neither Cache-Control nor Expires")
    if etag is not None:
        _check_etag(visit, answer, etag)
    if modified is not None:
        _check_modified(visit, answer, modified)
    _check_coding(visit, answer)


def _check_shared(visit: Visit, target: Target) -> None:
    seen: dict[str, Answer] = {}
    for answer in target.offers.values():
        etag = answer.field("etag")
        if etag is None or etag.startswith("W/"):
            continue
        other = seen.setdefault(etag, answer)
        if other.media_type != answer.media_type:
            visit.findings.add("etag.shared", answer, f"{etag} for {other.media_type} and {answer.media_type}")


def _check_etag(visit: Visit, answer: Answer, etag: str) -> None:
    if not _ETAG.match(etag):
        visit.findings.add("etag.syntax", answer, f"ETag: {etag}")
        return
    again = visit.send(_with(answer.ask, "If-None-Match", etag), anew=True)
    if again is None:
        return
    if again.status != _NOT_MODIFIED:
        is_other = again.field("etag") != etag
        came = f"{again.status} with {again.field('etag')}" if is_other else f"{again.status}"
        visit.findings.add("etag.unstable" if is_other else "etag.ignored", again, came)
        return
    lacks = [name for name in _REPEATED if answer.field(name) is not None and again.field(name) is None]
    if lacks:
        visit.findings.add("not-modified.fields", again, f"304 without {', '.join(lacks)}")


def _check_modified(visit: Visit, answer: Answer, modified: str) -> None:
    date = _date(modified)
    if date is None:
        visit.findings.add("last-modified.syntax", answer, f"Last-Modified: {modified}")
        return
    if date > datetime.now(UTC) + _CLOCK_SKEW:
        visit.findings.add("last-modified.future", answer, f"Last-Modified: {modified}")
    again = visit.send(_with(answer.ask, "If-Modified-Since", modified), anew=True)
    if again is not None and again.status != _NOT_MODIFIED:
        visit.findings.add("last-modified.ignored", again, str(again.status))


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if _DATE.match(text) else None
    except ValueError:
        return None


def _check_coding(visit: Visit, answer: Answer) -> None:
    if answer.field("content-encoding") not in (None, "identity"):
        visit.findings.add("coding.unasked", answer, f"Content-Encoding: {answer.field('content-encoding')}")
        return
    coded = visit.send(_with(answer.ask, "Accept-Encoding", "gzip"))
    if coded is None or coded.field("content-encoding") != "gzip":
        return
    etag = coded.field("etag")
    if etag is not None and not etag.startswith("W/") and etag == answer.field("etag"):
        visit.findings.add("etag.coding", coded, f"{etag} plain and compressed")
    if not coded.listed("vary") & {"accept-encoding", "*"}:
        visit.findings.add("coding.vary", coded, f"Vary: {coded.field('vary') or 'is not there'}")


def _with(ask: Ask, name: str, value: str) -> Ask:
    return Ask(ask.url, ask.accept, ask.method, ((name, value),))
