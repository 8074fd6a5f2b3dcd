"""What views say as data: things with their labels for JSON, tables as CSV."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

from kgpub.reader import plain_reader
from kgpub.site import Site
from kgpub.values import Linker

#: Between two values in one cell of a CSV table.
CELL_SEPARATOR = " | "


class Labelled:
    """Things with the labels that they have for a reader who names no language."""

    def __init__(self, site: Site, iris: Iterable[str]) -> None:
        """Take the things that will be asked for."""
        wanted = dict.fromkeys(filter(None, iris))
        self._linker = Linker(site, site.documents.labels(wanted), plain_reader(site))

    def thing(self, iri: str) -> dict[str, object] | None:
        """Return a thing as JSON; None for an empty IRI."""
        if not iri:
            return None
        label = self._linker.label(iri)
        language = (label.language or None) if label else None
        return {"iri": iri, "label": label.text if label else None, "language": language}

    def things(self, iris: Iterable[str]) -> list[dict[str, object] | None]:
        """Return several things as JSON."""
        return [self.thing(iri) for iri in iris]

    def text(self, iri: str) -> str:
        """Return the label of a thing, nothing where it has none."""
        label = self._linker.label(iri) if iri else None
        return label.text if label else ""


def json_body(site: Site, address: str, members: Mapping[str, object]) -> bytes:
    """Return a view as JSON: the release, the canonical address, and what the view says."""
    document = {"release": site.release.manifest.id, "address": site.base.resolve(address), **members}
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def csv_body(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV (RFC 4180) with a header."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue().encode()
