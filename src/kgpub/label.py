"""What something is called."""

from typing import NamedTuple


class Label(NamedTuple):
    """What an IRI is called in one language ('' for none), and the property that says so."""

    text: str
    language: str
    property: str
