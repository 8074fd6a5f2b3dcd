"""A constant, answered through kgpub's own bridge from ASGI to Flask: what its web layer can do at most."""

from flask import Flask, Response

from kgpub.asgi import AsgiApplication
from kgpub.response_cache import ResponseCache
from kgpub.shortcuts import Shortcuts

_PAGE = b"hello " * 340  # 2 kB, as a document


def _create() -> Flask:
    app = Flask("hello", static_folder=None)
    app.add_url_rule("/", view_func=lambda: Response(_PAGE, content_type="text/plain"))
    return app


#: The page does not say that anybody may keep it, so the cache never does: the ceiling is that of making an answer.
application = AsgiApplication(
    Shortcuts(_create(), {}), ResponseCache(1), body_bytes=1024, threads=8, is_slow=lambda _path: False
)
