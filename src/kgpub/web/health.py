"""Is it well: for load balancers, and for Prometheus."""

import json
import time
from http import HTTPStatus

from flask import Blueprint, request
from werkzeug.wrappers import Response

from kgpub.account import account_in
from kgpub.client_address import is_near
from kgpub.errors import EngineBusy, EngineUnavailable, NotDescribed
from kgpub.metrics import Metrics
from kgpub.server_state import ServerState
from kgpub.site import Site

#: Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/).
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
#: Fields that proxies add; a request that has one comes from elsewhere than its connection does.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


def routes(site: Site) -> Blueprint:
    """Return the routes of the health checks."""
    blueprint = Blueprint("health", __name__)
    health = _Health(site)
    blueprint.add_url_rule("/healthz", "healthz", health.alive)
    blueprint.add_url_rule("/readyz", "readyz", health.ready)
    return blueprint


class _Health:
    """The views, with what they need."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def alive(self) -> Response:
        """Answer that this web process answers; no engine is asked."""
        return self._answer("ok")

    def ready(self) -> Response:
        """Answer whether a query worker answers, in a few seconds at most."""
        began = time.perf_counter()
        try:
            self._site.engine.ping()
        except (EngineBusy, EngineUnavailable) as error:
            return self._answer("unready", HTTPStatus.SERVICE_UNAVAILABLE, reason=error.sentence)
        return self._answer("ready", engine_ms=round((time.perf_counter() - began) * 1000, 2))

    def _answer(self, status: str, code: HTTPStatus = HTTPStatus.OK, **more: object) -> Response:
        document = {"status": status, "release": self._site.release.manifest.id} | more
        response = Response(f"{json.dumps(document)}\n", code, content_type="application/json")
        response.headers["Cache-Control"] = "no-store"
        if code is HTTPStatus.SERVICE_UNAVAILABLE:
            response.headers["Retry-After"] = str(EngineBusy.retry_after_seconds)
        return response


def metrics_route(metrics: Metrics, state: ServerState) -> Blueprint:
    """Return the route of the metrics: for clients on this machine or in a private network, hidden from all others."""
    blueprint = Blueprint("metrics", __name__)

    def show() -> Response:
        if not _is_from_near():
            raise NotDescribed("Metrics are told to clients in a private network only.")
        response = Response(metrics.text(state), content_type=_PROMETHEUS)
        response.headers["Cache-Control"] = "no-store"
        return response

    blueprint.add_url_rule("/metrics", "metrics", show)
    return blueprint


def _is_from_near() -> bool:
    """Tell whether a client is near: its address is private, and no proxy that is not trusted hides another one."""
    account = account_in(request.environ)
    client = account.client if account is not None else request.remote_addr or ""
    is_direct = client == request.remote_addr
    return is_near(client) and not (is_direct and any(name in request.headers for name in _FORWARDED))
