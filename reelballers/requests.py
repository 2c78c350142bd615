"""Around every request: its id, in the answer and in all that is logged for it; a line and a count of its end."""

import json
import logging
import secrets
import time
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from reelballers import counters
from reelballers.about import about

logger = logging.getLogger("reelballers.access")

HEADER = "X-Request-Id"
# Asked every few seconds by machines, or files: not worth a line each.
UNLOGGED = ("/healthz", "/readyz", "/metrics", "/static/", "/assets/")


class Requests:
    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id, started = secrets.token_hex(8), time.perf_counter()
        with about(request=request_id):
            response = self.get_response(request)
            response[HEADER] = request_id
            if response.status_code >= 500:
                _write_into_body(response, request_id)
            took_us = int((time.perf_counter() - started) * 1_000_000)
            _count(request.path, response.status_code, took_us)
            _log(request, response.status_code, took_us // 1000)
        return response


def _write_into_body(response: HttpResponseBase, request_id: str) -> None:
    """So that a visitor who tells us of a fault can tell which."""
    if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("application/json"):
        body = json.loads(response.content)
        if isinstance(body, dict):
            response.content = json.dumps({**body, "request_id": request_id}).encode()
            response["Content-Length"] = str(len(response.content))


def _count(path: str, status_code: int, took_us: int) -> None:
    kind = "webhook" if path == "/api/webhook" else "api" if path.startswith("/api/") else "page"
    amounts = {f"{kind}:count": 1, f"{kind}:sum_us": took_us, f"{kind}:{status_code // 100}xx": 1}
    for end in counters.BUCKETS_MS:
        if took_us <= end * 1000:
            amounts[f"{kind}:le{end}"] = 1
    if status_code == 503:
        amounts["unavailable"] = 1
    counters.add_all(amounts)


def _log(request: HttpRequest, status_code: int, took_ms: int) -> None:
    if request.path.startswith(UNLOGGED):
        return
    facts = {"method": request.method, "path": request.path, "status": status_code, "milliseconds": took_ms}
    session = getattr(request, "session", None)
    if session is not None and session.accessed and session.get("_auth_user_id"):
        facts["user"] = session["_auth_user_id"]
    logger.info("%s %s %s %s ms", request.method, request.path, status_code, took_ms, extra={"facts": facts})
