"""Where the prologue of a SPARQL text ends: ``BASE``, ``PREFIX`` and ``VERSION``, and comments between them.

It is read with possessive repetitions, so that a hostile text costs one pass.
"""

import re

_SKIPPED = r"(?:\s|#[^\r\n]*+)*+"
_IRI = r"<[^<>\s]*+>"
_PROLOGUE = re.compile(
    rf"{_SKIPPED}(?:(?:BASE{_SKIPPED}{_IRI}|PREFIX{_SKIPPED}[^:\s]*+:{_SKIPPED}{_IRI}"
    rf"|VERSION{_SKIPPED}(?:\"[^\"\n]*+\"|'[^'\n]*+')){_SKIPPED})*+",
    re.IGNORECASE,
)


def prologue_end(text: str) -> int:
    """Return where the verb of a query stands."""
    prologue = _PROLOGUE.match(text)
    return prologue.end() if prologue else 0
