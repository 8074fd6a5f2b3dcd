"""The text that a view of a source is of, as its operator has it: checked by the hashes that the release holds.

The text is in no release. What does not have the recorded hash is not shown: it would be other words than those that
somebody read when they wrote the data.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from kgpub.text_readings import readings
from kgpub.text_spans import Span, text_body
from kgpub.views import Views

_UNITS = 'SELECT unit, "text", start, "end", sha256 FROM "source.units" WHERE sha256 IS NOT NULL'
_SPANS = 'SELECT u."text", s.start, s."end", s.sha256 FROM "source.spans" s JOIN "source.units" u ON u.unit = s.unit'


@dataclass(frozen=True, slots=True)
class CheckedText:
    """A text and how it compares: of *spans* with a hash, *matching* cover what they should.

    *units* are those whose own span matches, *digest* tells one text from another, *is_utf8* whether it can be read.
    """

    text: str
    digest: str
    spans: int
    matching: int
    units: frozenset[str]
    is_utf8: bool = True

    @property
    def is_match(self) -> bool:
        """Tell whether every span matches."""
        return self.is_utf8 and 0 < self.spans == self.matching

    def passage(self, unit: str, start: int, end: int) -> str:
        """Return the words of a unit; none where they are not those that the release speaks of."""
        return self.text[start:end] if unit in self.units else ""


def checked_text(views: Views, file: Path) -> CheckedText:
    """Read a text and check it against the units and spans of the source view.

    Where the view is of several texts, it is taken for the one of which most spans match. Raises ``SourceUnreadable``
    for a file that cannot be read, is empty or is too large to be a text.
    """
    body = text_body(file)
    digest = hashlib.sha256(body).hexdigest()
    units = views.rows(_UNITS) if views.has("source") else []
    spans = views.rows(_SPANS) if views.has("source") else []
    reading = next(readings(body), None)
    if reading is None or reading.steps:
        return CheckedText("", digest, len(units) + len(spans), 0, frozenset(), is_utf8=False)

    def matches(start: int | None, end: int | None, sha256: str) -> bool:
        return not Span("", str(start), str(end), str(sha256)).fault(reading)

    matching_units = {(text, unit) for unit, text, *span in units if matches(*span)}
    by_text = Counter(text for text, _ in matching_units)
    matching_spans = [(text, matches(*span)) for text, *span in spans]
    by_text.update(text for text, is_match in matching_spans if is_match)
    chosen = max(by_text, key=lambda text: by_text[text], default=None)
    of_chosen = sum(text == chosen for _, text, *_ in units) + sum(text == chosen for text, *_ in spans)
    return CheckedText(
        body.decode(),
        digest,
        of_chosen or len(units) + len(spans),
        by_text[chosen],
        frozenset(unit for text, unit in matching_units if text == chosen),
    )
