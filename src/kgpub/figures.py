"""All figures of a release, counted in one pass over its statements."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from kgpub.linesort import read_lines
from kgpub.linksets import Linkset, LinkTally
from kgpub.plan import Plan
from kgpub.publication import all_prefixes
from kgpub.statements import Statements
from kgpub.statistics import Statistics, count
from kgpub.usage import Usage, UsageTally


@dataclass(frozen=True, slots=True)
class Figures:
    """What was counted; files published as they are have no catalog, and of them only *statistics* is known."""

    statistics: Statistics
    usage: Usage = field(default_factory=Usage)
    linksets: Mapping[str, Linkset] = field(default_factory=dict)


def figures_of(plan: Plan, statements: Statements, folder: Path) -> Figures:
    """Count the statements of a release; what has to be sorted otherwise is sorted on disk, in *folder*.

    What is asserted is read where each triple stands once; of the quads, all that is asked was counted before.
    """
    links = LinkTally(plan.base.iri, all_prefixes(plan.publication).values())
    with closing(UsageTally(plan.base.iri, folder)) as usage:
        tallies = (usage, links) if plan.is_project else ()
        asserted = count(read_lines(statements.triples), tallies)
        statistics = replace(asserted, quads=statements.size, graphs=statements.graphs)
        if not plan.is_project:
            return Figures(statistics)
        return Figures(statistics, usage.usage(), links.linksets())
