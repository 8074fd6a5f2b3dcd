"""How many triples a release's classes, properties and graphs have, as SPARQL counts them.

A build counts them in passing. Engines have to read the whole graph for it: of 1 M triples for 0.3 to 0.7 s, of 100 M
for longer than a query may take.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kgpub.errors import ReleaseMissing

#: Where a release keeps them.
TOTALS_FILE = "totals.json"


@dataclass(frozen=True, slots=True)
class PropertyTotal:
    """The triples of a property, and the distinct subjects that they have, where somebody counted those."""

    triples: int
    subjects: int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of the default graph, and the size of each named graph; a part that is not exactly known is None.

    *classes* gives the instances of each class, *subjects* the distinct subjects of all triples.
    """

    triples: int | None = None
    subjects: int | None = None
    classes: Mapping[str, int] | None = None
    properties: Mapping[str, PropertyTotal] | None = None
    graphs: Mapping[str, int] | None = None

    def to_json(self) -> str:
        """Return the totals as the text of ``totals.json``."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def read_totals(path: Path) -> Totals:
    """Read the totals of a release; raise ``ReleaseMissing`` where they are lost or damaged."""
    try:
        document = json.loads(path.read_text("utf-8"))
        if (properties := document["properties"]) is not None:
            document["properties"] = {iri: PropertyTotal(**total) for iri, total in properties.items()}
        return Totals(**document)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise ReleaseMissing(f"{path} cannot be read; run `kgpub build` again.") from error
