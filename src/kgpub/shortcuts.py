"""Answer what is asked most often without a web framework, which takes half of such a request's time; the rest with it.

A shortcut gives the reply that the Flask application would give, or none. Where a query fails, the Flask application
tells the error: it is handed over, so that nothing is asked twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from flask import Flask

from kgpub.account import account_in, answer_for
from kgpub.errors import KgpubError
from kgpub.reply import Reply, Request
from kgpub.wsgi import reply_of


class Shortcut(Protocol):
    """What may answer the requests below one path."""

    #: The Flask application's name for what is asked, as logs and metrics tell it.
    route: str

    def __call__(self, request: Request) -> Reply | None:
        """Return the reply to a request, None where the Flask application must look at it; raises what went wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Shortcuts:
    """A Flask application with shortcuts, by the first segment of the paths that they are for.

    They answer what is asked below *root*: requests for elsewhere are the application's.
    """

    app: Flask
    by_segment: Mapping[str, Shortcut]
    root: str = ""

    def __call__(self, scope: dict[str, Any], request: Request) -> Reply:
        """Return the reply to a request."""
        account, failure = account_in(scope), None
        answer_for(account)
        path = request.path.removeprefix(self.root)
        is_below = scope.get("root_path", "") == self.root
        shortcut = self.by_segment.get(path[1:].partition("/")[0]) if is_below else None
        if shortcut is not None:
            try:
                reply = shortcut(replace(request, path=path) if self.root else request)
            except KgpubError as error:
                reply, failure = None, error
            if reply is not None:
                if account is not None:
                    account.route = shortcut.route
                return reply
        return reply_of(self.app, scope, request.body, failure)
