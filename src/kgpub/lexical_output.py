"""Answers on their way out: the real datatype in place of the one that a literal is kept under as it was written."""

from kgpub.formats import GRAPH_FORMATS, SOLUTION_FORMATS, Format
from kgpub.lexical_forms import WRITTEN

#: What stands before a datatype in each syntax, as the engine writes it (pyoxigraph 0.5.13); CSV has none.
_BEFORE = {
    "srj": '"datatype":"',
    "srx": ' datatype="',
    "jsonld": '"@type":"',
    "rdf": ' rdf:datatype="',
}
_BEFORE_ELSEWHERE = '"^^<'
_MARKS = {
    fmt: (before + WRITTEN).encode()
    for fmt in (*SOLUTION_FORMATS, *GRAPH_FORMATS)
    for before in (_BEFORE.get(fmt.suffix, _BEFORE_ELSEWHERE),)
}
_WRITTEN = WRITTEN.encode()


def as_written(data: bytearray, fmt: Format, *, is_last: bool) -> bytes:
    """Return what can leave of an answer in a format, and take it out of *data*.

    What stays, where it is not the last of the answer, may be the beginning of a datatype.
    """
    mark = _MARKS[fmt]
    size = len(data) if is_last else len(data) - _begun(data, mark)
    piece = bytes(data[:size])
    del data[:size]
    return piece.replace(mark, mark.removesuffix(_WRITTEN)) if mark in piece else piece


def _begun(data: bytearray, mark: bytes) -> int:
    """Return how many bytes at the end may be the beginning of a mark."""
    return next((size for size in range(len(mark) - 1, 0, -1) if data.endswith(mark[:size])), 0)
