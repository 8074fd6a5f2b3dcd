"""Put the answer of the engine into a response."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from werkzeug.wrappers import Response

from kgpub.engine import Answer


def fill(response: Response, answer: Answer) -> None:
    """Put an answer into a response: a short one whole, so that an error can still be told; a long one as it comes."""
    begun = list(islice(answer.chunks, 2))
    if len(begun) < 2:  # noqa: PLR2004 (the second chunk proves that the answer is long)
        response.set_data(b"".join(begun))
    else:
        response.response = _Stream(begun, answer.chunks)


class _Stream:
    """The chunks of a long answer; the engine is free again when the client goes away."""

    def __init__(self, begun: Iterable[bytes], rest: Iterator[bytes]) -> None:
        self._chunks = chain(begun, rest)
        self._rest = rest

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        close = getattr(self._rest, "close", None)
        if close is not None:
            close()
