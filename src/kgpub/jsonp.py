"""JSON inside a call of a function that the client names, for pages of other sites on old browsers (JSONP)."""

import json
import re
from typing import Any

from kgpub.errors import BadRequest

MEDIA_TYPE = "text/javascript; charset=utf-8"  # RFC 9239
_CALLBACK = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*(?:\.[A-Za-z_$][A-Za-z0-9_$]*)*")
_CHARACTERS_AT_MOST = 100


def checked_callback(name: str) -> str:
    """Return the name of a function; raise ``BadRequest`` for anything else: it would be a program of the client's."""
    if len(name) > _CHARACTERS_AT_MOST or not _CALLBACK.fullmatch(name):
        raise BadRequest("The parameter 'callback' must be the name of a JavaScript function.")
    return name


def wrapped(document: Any, callback: str) -> str:
    """Return a document in a call of a function.

    All of it is ASCII, so that no line separator ends a string; the comment keeps it from being read as another format.
    """
    return f"/**/{callback}({json.dumps(document)});"
