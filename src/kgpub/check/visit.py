"""A visit to a site: what its checks have in common, and what they found so far."""

from dataclasses import dataclass, field
from functools import partial

from kgpub.check.addresses import host_of, joined, request_address
from kgpub.check.client import Client, location_of
from kgpub.check.contexts import with_contexts
from kgpub.check.exchange import Answer, Ask, Chain, Fields
from kgpub.check.failures import NotReached, NotReadable
from kgpub.check.findings import Findings
from kgpub.check.graph import Graph
from kgpub.check.link_header import Link, parse_links
from kgpub.check.matrix import Matrix
from kgpub.check.mirror import NO_MIRROR, Mirror
from kgpub.check.reader import HtmlPage, Reader


@dataclass
class Visit:
    """What checks use. Nothing in it raises for what a site does: that is a finding."""

    client: Client
    reader: Reader
    sample: int = 3
    elsewhere: bool = False
    findings: Findings = field(default_factory=Findings)
    matrix: Matrix = field(default_factory=Matrix)
    results: Matrix = field(default_factory=Matrix)
    mirror: Mirror = NO_MIRROR
    hosts: set[str] = field(default_factory=set)
    unanswered: set[str] = field(default_factory=set)

    def send(self, ask: Ask, *, anew: bool = False) -> Answer | None:
        """Return the answer to a request; None, which is a finding then, where there is none."""
        try:
            return self.client.send_anew(ask) if anew else self.client.send(ask)
        except NotReached as error:
            self._not_reached(ask, error)
            return None

    def get(self, url: str, accept: str | None = None, fields: Fields = ()) -> Answer | None:
        """Return the answer at the end of an address's redirects; None, which is a finding, where there is none."""
        chain = self.follow(url, accept, fields)
        return None if chain is None else chain.last

    def follow(self, url: str, accept: str | None = None, fields: Fields = ()) -> Chain | None:
        """Return the answers from an address to where its redirects end."""
        ask = Ask(request_address(url), accept, fields=fields)
        try:
            chain = self.client.follow(ask)
        except NotReached as error:
            self._not_reached(ask, error)
            return None
        for answer in chain.answers[:-1]:
            if answer.ask.url.startswith("https:") and location_of(answer).startswith("http:"):
                self.findings.add("redirect.insecure", answer, f"{answer.status} to {location_of(answer)}")
        return chain

    def is_ours(self, url: str) -> bool:
        """Tell whether an address is of the site, or may be asked all the same."""
        host = host_of(url)
        return bool(host) and (self.elsewhere or host in self.hosts)

    def here(self, iri: str) -> str:
        """Return the address at which an IRI of the site is served to this visitor."""
        return self.mirror.served_at(iri)

    def links(self, answer: Answer) -> tuple[Link, ...]:
        """Return the links of an answer's ``Link`` fields, none where they break their syntax, which is a finding."""
        text = answer.field("link")
        try:
            return parse_links(text, answer.ask.url) if text else ()
        except ValueError as error:
            self.findings.add("link.syntax", answer, f"Link: {text[:200] if text else ''}: {error}")
            return ()

    def graph(self, answer: Answer) -> Graph:
        """Return the statements of an answer in RDF; raises ``NotReadable``."""
        body = answer.body
        if answer.media_type == "application/ld+json":
            body, missing = with_contexts(body, partial(self.context, answer))
            if missing:
                raise NotReadable(f"its context {missing[0]} is elsewhere", "rdf.context")
        return self.reader.rdf(body, answer.media_type, answer.ask.url)

    def page(self, answer: Answer) -> HtmlPage:
        """Return what a page tells machines; raises ``NotReadable``."""
        return self.reader.html(answer.body, answer.charset or "", answer.ask.url)

    def _not_reached(self, ask: Ask, error: NotReached) -> None:
        if ask.url not in self.unanswered:
            self.unanswered.add(ask.url)
            self.findings.add(error.rule, ask, error.sentence)

    def context(self, answer: Answer, name: str) -> bytes | None:
        """Return the JSON-LD context that an answer names, if it may be asked for and is there."""
        url = joined(answer.ask.url, name)
        context = self.get(url, "application/ld+json") if self.is_ours(url) else None
        return context.body if context is not None and context.is_ok else None
