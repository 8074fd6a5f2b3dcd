"""How a query and its answer travel between a web process and a query worker.

A query is one frame. An answer is a head, data and an end, or an error in place of what is missing: a reader that meets
the end of the stream without one of the two knows that the worker died.
"""

import json
import struct
from collections import deque
from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from kgpub import errors
from kgpub.errors import EngineUnavailable, KgpubError

_HEADER = struct.Struct("!cI")


class Tag(Enum):
    """What a frame holds."""

    QUERY = b"Q"
    HEAD = b"H"
    DATA = b"D"
    ERROR = b"E"
    END = b"Z"


_TAGS = {tag.value: tag for tag in Tag}


class Frame(NamedTuple):
    """One message."""

    tag: Tag
    payload: bytes

    @property
    def document(self) -> dict[str, Any]:
        """Return the payload of a QUERY or ERROR frame; that of a HEAD is the suffix of the answer's format."""
        document: dict[str, Any] = json.loads(self.payload)
        return document


def encode(tag: Tag, payload: bytes = b"") -> bytes:
    """Return a frame as bytes."""
    return _HEADER.pack(tag.value, len(payload)) + payload


def encode_document(tag: Tag, document: Mapping[str, Any]) -> bytes:
    """Return a frame that holds a JSON document."""
    return encode(tag, json.dumps(document).encode())


class FrameBuffer:
    """Frames in bytes that come in pieces of any size."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._frames: deque[Frame] = deque()

    @property
    def has_end(self) -> bool:
        """Tell whether the last frame of an answer is among those that wait to be taken."""
        return bool(self._frames) and self._frames[-1].tag in (Tag.END, Tag.ERROR)

    def add(self, piece: bytes) -> None:
        """Add what has come."""
        self._bytes += piece
        at = 0
        while len(self._bytes) - at >= _HEADER.size:
            tag, size = _HEADER.unpack_from(self._bytes, at)
            end = at + _HEADER.size + size
            if len(self._bytes) < end:
                break
            self._frames.append(Frame(_TAGS[tag], bytes(self._bytes[at + _HEADER.size : end])))
            at = end
        del self._bytes[:at]

    def take(self) -> Frame | None:
        """Return the next whole frame, None where there is none yet."""
        return self._frames.popleft() if self._frames else None


def encode_error(error: KgpubError) -> bytes:
    """Return an error as a frame, so that it can be raised again on the other side."""
    state = {key: value for key, value in vars(error).items() if not key.startswith("_")}
    return encode_document(Tag.ERROR, {"class": type(error).__name__, "sentence": error.sentence, "state": state})


def decode_error(frame: Frame) -> KgpubError:
    """Return the error that an ERROR frame holds."""
    document = frame.document
    cls = getattr(errors, document["class"], EngineUnavailable)
    error: KgpubError = cls.__new__(cls)
    Exception.__init__(error, document["sentence"])
    for key, value in document["state"].items():
        setattr(error, key, tuple(value) if isinstance(value, list) else value)
    return error
