"""What something is called."""

from typing import NamedTuple


class Label(NamedTuple):
    """What an IRI is called in one language ('' for none), and the property that says so.

    *source* names where the label comes from if it is not the data: pages show it, the data does not say it.
    """

    text: str
    language: str
    property: str
    source: str = ""
