"""Where the prologue of a SPARQL text ends: ``BASE``, ``PREFIX`` and ``VERSION``, and comments between them.

It is read with possessive repetitions, so that a hostile text costs one pass.
"""

import re

#: White space and comments.
SKIPPED = r"(?:\s|#[^\r\n]*+)*+"
_IRI = r"<[^<>\s]*+>"
_PROLOGUE = re.compile(
    rf"{SKIPPED}(?:(?:BASE{SKIPPED}{_IRI}|PREFIX{SKIPPED}[^:\s]*+:{SKIPPED}{_IRI}"
    rf"|VERSION{SKIPPED}(?:\"[^\"\n]*+\"|'[^'\n]*+')){SKIPPED})*+",
    re.IGNORECASE,
)


def prologue_end(text: str) -> int:
    """Return where the verb of a query stands."""
    prologue = _PROLOGUE.match(text)
    return prologue.end() if prologue else 0
