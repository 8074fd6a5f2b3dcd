"""IRIs for blank nodes, by which they can be asked for again (RDF 1.1 Concepts, section 3.5: skolem IRIs).

A blank node's canonical name is its own in one release only, so the release stands in the IRI. It lies below the base,
not at the root of its host, which need not be the publisher's (``https://w3id.org/``).
"""

import re
from dataclasses import dataclass

GENID_FOLDER = ".well-known/genid"

_NODE = re.compile(r"[A-Za-z0-9]{1,64}")
_PREFIX = "_:"


@dataclass(frozen=True, slots=True)
class Genids:
    """The IRIs of the blank nodes of one release."""

    folder_iri: str

    def iri_token(self, token: str) -> str:
        """Return the token of an IRI for that of a blank node; any other token stays as it is."""
        return f"<{self.folder_iri}{token[len(_PREFIX) :]}>" if token.startswith(_PREFIX) else token

    def token(self, iri: str) -> str:
        """Return the token of what an IRI means: a blank node of this release, or the IRI."""
        node = iri[len(self.folder_iri) :] if iri.startswith(self.folder_iri) else ""
        return f"{_PREFIX}{node}" if _NODE.fullmatch(node) else f"<{iri}>"


def genids_of(base_iri: str, release_id: str) -> Genids:
    """Return the IRIs of the blank nodes of a release."""
    return Genids(f"{base_iri}{GENID_FOLDER}/{release_id}/")
