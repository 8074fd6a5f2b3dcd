"""All figures of a release, counted in one pass over its statements."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kgpub.linksets import Linkset, LinkTally
from kgpub.plan import Plan
from kgpub.publication import all_prefixes
from kgpub.statistics import Statistics, count
from kgpub.usage import Usage, UsageTally


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted; files published as they are have no catalog, and of them only *statistics* is known."""

    statistics: Statistics
    usage: Usage = field(default_factory=Usage)
    linksets: Mapping[str, Linkset] = field(default_factory=dict)


def figures_of(plan: Plan, lines: Iterable[str], is_quoted: Callable[[str], bool], folder: Path) -> Figures:
    """Count the sorted lines of a release; what has to be sorted otherwise is sorted on disk, in *folder*."""
    if not plan.is_project:
        return Figures(count(lines, is_quoted))
    links = LinkTally(plan.base.iri, all_prefixes(plan.publication).values())
    with closing(UsageTally(plan.base.iri, folder)) as usage:
        statistics = count(lines, is_quoted, (usage, links))
        return Figures(statistics, usage.usage(), links.linksets())
