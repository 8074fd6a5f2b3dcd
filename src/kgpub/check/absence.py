"""How a site answers for what is not there."""

from urllib.parse import urljoin

from kgpub.check.matrix import HTML
from kgpub.check.visit import Visit

#: No site has it: a name that is looked up, finds nothing and looks like a name of this check in a log.
_NOWHERE = "kgpub-check-nothing-is-here"
_GONE = (404, 410)


def check_absence(visit: Visit, beside: str) -> None:
    """Ask for something that is not there, beside an address that is."""
    url = urljoin(beside, _NOWHERE)
    answers = [answer for accept in ("text/turtle", HTML) if (answer := visit.get(url, accept)) is not None]
    for answer in answers:
        if answer.status not in _GONE:
            came = f"{answer.brief} at {answer.ask.url}" if answer.ask.url != url else answer.brief
            visit.findings.add("missing.status", answer, came)
            return
    types = {answer.media_type for answer in answers}
    if len(types) > 1:
        for answer in answers:
            if not answer.listed("vary") & {"accept", "*"}:
                came = f"{' and '.join(sorted(types))}, Vary: {answer.field('vary') or 'is not there'}"
                visit.findings.add("missing.vary", answer, came)
                return
    elif types == {HTML}:
        visit.findings.add("missing.negotiated", answers[0], f"{answers[0].brief} for text/turtle")
