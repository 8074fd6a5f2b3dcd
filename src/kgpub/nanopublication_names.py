"""Where nanopublications lie, and what their names look like: all that making and serving them share."""

import re

#: The local name of the list of nanopublications; each one's own name follows it.
NANOPUBLICATIONS = "np/"
#: The file in a release from which nanopublications are served.
NANOPUBLICATIONS_FILE = "nanopublications.sqlite"

#: The fragments that name the four graphs of a nanopublication, as the community's software writes them.
HEAD, ASSERTION, PROVENANCE, PUBLICATION_INFO = "Head", "assertion", "provenance", "pubinfo"

#: Module RA with 43 characters of SHA-256 (trusty URI specification, version 1, section "Module RA").
_ARTIFACT_CODE = re.compile(r"RA[A-Za-z0-9_-]{43}")


def is_artifact_code(text: str) -> bool:
    """Tell whether a text can be the last part of a trusty URI of RDF graphs."""
    return _ARTIFACT_CODE.fullmatch(text) is not None
