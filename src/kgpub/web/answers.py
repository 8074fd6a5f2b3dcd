"""Put the answer of the engine into a response."""

from collections.abc import Iterator
from itertools import chain

from werkzeug.wrappers import Response

from kgpub.engine import Answer


def fill(response: Response, answer: Answer) -> None:
    """Put an answer into a response: one that is there already whole, another as it comes.

    The first piece is waited for, so that an error before it can still be told.
    """
    if answer.whole is not None:
        response.set_data(answer.whole)
        return
    response.headers.pop("Content-Length", None)  # what a check of validators sets on a response that is empty still
    first = next(answer.chunks, b"")
    response.response = _Stream(first, answer.chunks)


class _Stream:
    """The chunks of a long answer; the engine is free again when the client goes away."""

    def __init__(self, first: bytes, rest: Iterator[bytes]) -> None:
        self._chunks = chain((first,), rest)
        self._rest = rest

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        close = getattr(self._rest, "close", None)
        if close is not None:
            close()
