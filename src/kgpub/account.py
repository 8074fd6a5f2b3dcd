"""What is noted about one request while it is answered, for the log, the metrics and the limits."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

#: Where a request's account lies in its ASGI scope and in its WSGI environment.
ACCOUNT = "kgpub.account"


@dataclass(slots=True)
class Account:
    """One request: who asks, and what was found out about it on the way.

    *hang_up* ends the wait for another server, from any thread.
    """

    client: str
    route: str = ""
    cache: str = ""
    digest: str = ""
    engine_seconds: float | None = None
    hang_up: Callable[[], None] | None = None


#: The account of the request that is being answered here; each request has a context of its own.
_CURRENT: ContextVar[Account | None] = ContextVar("account", default=None)


def answer_for(account: Account | None) -> None:
    """Note whose request is answered from now on."""
    _CURRENT.set(account)


def current_account() -> Account | None:
    """Return the account of the request that is being answered; None where nobody keeps one."""
    return _CURRENT.get()


def account_in(holder: dict[str, object]) -> Account | None:
    """Return the account that lies in a scope or an environment; None where nobody keeps one."""
    account = holder.get(ACCOUNT)
    return account if isinstance(account, Account) else None


def note_cache(scope: dict[str, object], *, is_hit: bool) -> None:
    """Note whether a response that may be kept was."""
    account = account_in(scope)
    if account is not None:
        account.cache = "hit" if is_hit else "miss"


def note_route(environment: dict[str, object]) -> None:
    """Note which route answered, once the application has (Werkzeug leaves its request in the environment)."""
    account, request = account_in(environment), environment.get("werkzeug.request")
    if account is not None and request is not None:
        account.route = getattr(request, "endpoint", None) or ""
