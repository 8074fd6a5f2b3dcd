"""Where a thing stands in the views of a site, so that its page can lead there."""

from dataclasses import dataclass

from kgpub.debate import DEBATE, debate_address
from kgpub.gazetteer import PLACES, Region
from kgpub.outline import unit_of
from kgpub.reader import Reader
from kgpub.site import Site
from kgpub.source_page import unit_address

_ISSUE = 'SELECT issue FROM "debate.positions" WHERE issue = ?1 OR position = ?1 ORDER BY issue LIMIT 1'
_PLACE = 'SELECT 1 FROM "places.places" WHERE place = ?'


@dataclass(frozen=True, slots=True)
class ViewLinks:
    """The unit of the source, the debate and the place that a thing is or stands in; empty where it is in none."""

    source: str = ""
    debate: str = ""
    place: str = ""


def view_links(site: Site, iri: str, reader: Reader) -> ViewLinks:
    """Return where a thing stands in the views."""
    views = site.views
    unit = unit_of(views, iri)
    issues = views.rows(_ISSUE, iri) if views.has(DEBATE) else []
    is_place = views.has(PLACES) and bool(views.rows(_PLACE, iri))
    return ViewLinks(
        reader.at(unit_address(unit)) if unit else "",
        reader.at(debate_address(issues[0][0])) if issues else "",
        reader.at(Region(iri).address) if is_place else "",
    )
