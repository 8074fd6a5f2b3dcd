"""Publish any RDF files as they are: a throw-away release, without a project."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from pyoxigraph import NamedNode

from kgpub.iris import SCHEMES, is_iri
from kgpub.plan import Plan
from kgpub.publication import Publication, is_prefix
from kgpub.settings import check_base_option
from kgpub.sources import Source, declared_prefixes, named_sources, read_quads

#: Relative IRIs in a file resolve against this where nothing else is known.
DEFAULT_BASE = "http://localhost/"

_HOST_AND_PATH = re.compile(r"(?P<host>https?://[^/?#]+)(?P<path>[^?#]*)")


def adhoc_plan(paths: Sequence[Path], releases: Path, base_iri: str | None, *, union_default_graph: bool) -> Plan:
    """Return the plan of a release that serves the named files exactly as they are.

    Triples outside a graph are the default graph and named graphs stay apart, unless *union_default_graph* is the
    user's choice. The base IRI is the folder that most described IRIs share, unless given. Names are shortened with the
    prefixes that the files declare; of two files, the first has its way.
    """
    if base_iri is not None:
        check_base_option(base_iri)
    sources = named_sources(paths)
    base = base_iri or infer_base(_subjects(sources))
    title = ", ".join(path.resolve().name for path in paths)
    publication = Publication(base, title, union_default_graph=union_default_graph, prefixes=_prefixes(sources, base))
    return Plan(publication, releases, sources, is_project=False)


def infer_base(iris: Iterable[str]) -> str:
    """Return the folder that the described IRIs of the commonest host share.

    ``http://ex.org/id/a`` and ``http://ex.org/id/b#c`` share ``http://ex.org/id/``.
    """
    hosts: Counter[str] = Counter()
    shared: dict[str, list[str]] = {}
    for iri in iris:
        parts = _HOST_AND_PATH.match(iri)
        if parts is None:
            continue
        host = parts["host"]
        hosts[host] += 1
        folder = parts["path"].split("/")[1:-1]
        known = shared.setdefault(host, folder)
        same = next((at for at, (a, b) in enumerate(zip(known, folder, strict=False)) if a != b), None)
        shared[host] = known[: min(len(known), len(folder)) if same is None else same]
    if not hosts:
        return DEFAULT_BASE
    host = max(hosts, key=lambda host: (hosts[host], host))
    return "/".join([host, *shared[host], ""])


def _subjects(sources: Iterable[Source]) -> Iterable[str]:
    last = None
    for source in sources:
        for quad in read_quads(source, DEFAULT_BASE):
            if quad.subject != last and isinstance(quad.subject, NamedNode):
                yield quad.subject.value
            last = quad.subject


def _prefixes(sources: Iterable[Source], base_iri: str) -> dict[str, str]:
    """Return the prefixes of files that pages and syntaxes can use: their namespaces end where names begin."""
    found: dict[str, str] = {}
    for source in sources:
        for name, iri in declared_prefixes(source, base_iri).items():
            if is_prefix(name) and name not in SCHEMES and is_iri(iri) and iri.endswith(("/", "#", ":")):
                found.setdefault(name, iri)
    return found
