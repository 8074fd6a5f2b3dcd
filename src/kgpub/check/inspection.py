"""Look at a whole site, from one of its addresses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kgpub.check.absence import check_absence
from kgpub.check.addresses import host_of, request_address
from kgpub.check.catalog import check_catalog, read_catalog
from kgpub.check.client import Client, Manners
from kgpub.check.crawling import check_robots, check_sitemaps
from kgpub.check.discovery import find_endpoint, find_things, home_of
from kgpub.check.endpoint import check_endpoint, is_endpoint
from kgpub.check.exchange import Ask
from kgpub.check.failures import NotReached
from kgpub.check.findings import Finding
from kgpub.check.identity import check_identity
from kgpub.check.matrix import Matrix
from kgpub.check.methods import check_methods
from kgpub.check.negotiation import check_negotiation
from kgpub.check.pages import check_pages
from kgpub.check.reach import origin_of, reach_from
from kgpub.check.reader import Reader
from kgpub.check.representations import check_representations
from kgpub.check.signposting import check_signposting
from kgpub.check.survey import survey
from kgpub.check.target import Target
from kgpub.check.validators import check_validators
from kgpub.check.visit import Visit
from kgpub.errors import SiteUnreachable


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was seen of a site: its documents, its endpoint, how it negotiates, what is wrong."""

    url: str
    targets: tuple[str, ...]
    endpoint: str | None
    matrix: Matrix
    results: Matrix
    findings: tuple[Finding, ...]
    requests: int


@dataclass(frozen=True, slots=True)
class Scope:
    """How much of a site is looked at: things besides the address given, and addresses on other hosts too."""

    sample: int = 3
    elsewhere: bool = False


def inspect_site(url: str, scope: Scope, manners: Manners, reader: Reader) -> Inspection:
    """Return what is to be seen of a site; raise ``SiteUnreachable`` where it does not answer at all."""
    with _visit(url, scope, manners, reader) as visit:
        endpoint: str | None = request_address(url)
        start = None if endpoint is not None and is_endpoint(visit, endpoint) else survey(visit, url)
        if start is not None:
            endpoint = None
            visit.hosts |= {host_of(answer.ask.url) for answer in start.chain.answers}
        targets, endpoint = _look_around(visit, url, start, endpoint)
        return Inspection(
            url,
            tuple(target.asked for target in targets),
            endpoint,
            visit.matrix,
            visit.results,
            tuple(visit.findings),
            visit.client.requests,
        )


@contextmanager
def _visit(url: str, scope: Scope, manners: Manners, reader: Reader) -> Iterator[Visit]:
    try:
        origin_of(url)
        client = Client(reach_from(url), manners)
        client.send(Ask(request_address(url), "*/*"))
    except NotReached as error:
        raise SiteUnreachable(error.sentence) from error
    try:
        yield Visit(client, reader, scope.sample, scope.elsewhere, hosts={host_of(url)})
    finally:
        client.close()


def _look_around(visit: Visit, url: str, start: Target | None, endpoint: str | None) -> tuple[list[Target], str | None]:
    home_url = home_of(visit, start, url)
    home = start if start is not None and request_address(start.asked) == home_url else survey(visit, home_url)
    catalog = read_catalog(visit, home_url, home.graph if home is not None else None)
    endpoint = endpoint or find_endpoint(visit, filter(None, (start, home)), catalog, home_url)
    things = [] if home is None else find_things(visit, home, catalog, endpoint, visit.sample)
    targets = _targets(visit, start, home, things)
    for target in targets:
        _check_target(visit, target, is_home=target is home)
    check_absence(visit, next((t.chain.url for t in targets if t is not home), home_url))
    if catalog is not None:
        check_catalog(visit, home_url, catalog)
    endpoint = endpoint or find_endpoint(visit, targets, catalog, home_url)
    if endpoint is not None:
        check_endpoint(visit, endpoint)
    check_sitemaps(visit, home_url, check_robots(visit, home_url, [target.chain.url for target in targets]))
    return targets, endpoint


def _targets(visit: Visit, start: Target | None, home: Target | None, things: list[str]) -> list[Target]:
    """Return what is looked at closely: what was asked for, the home page, and some things; each once."""
    targets = {request_address(target.asked): target for target in (start, home) if target is not None}
    if start is not None and start is not home and start.is_thing:
        things = things[: max(0, visit.sample - 1)]
    for thing in things:
        target = targets.get(request_address(thing)) or survey(visit, thing)
        if target is not None:
            targets.setdefault(request_address(thing), target)
    return list(targets.values())


def _check_target(visit: Visit, target: Target, *, is_home: bool) -> None:
    check_identity(visit, target)
    if not target.offers and not target.chain.last.is_ok:
        return
    check_negotiation(visit, target)
    check_representations(visit, target)
    check_validators(visit, target)
    check_methods(visit, target)
    check_signposting(visit, target)
    check_pages(visit, target, is_home=is_home)
