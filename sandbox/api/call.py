"""One API call: authenticate, find its route, check the parameters, execute once, answer as Stripe does."""

import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox import faults, store
from sandbox.api.auth import authenticate
from sandbox.api.context import Call, current_call
from sandbox.api.expand import expand
from sandbox.api.form import parse_form
from sandbox.api.idempotency import Answer, execute, in_flight, saved_answer
from sandbox.api.params import check
from sandbox.api.pinned import api_version
from sandbox.api.routes import Match, find_route
from sandbox.errors import StripeError
from sandbox.ids import new_id

logger = logging.getLogger(__name__)


def call_view(request: HttpRequest) -> HttpResponse:
    """Every URL below /v1/."""
    call = Call(new_id("req"), request.headers.get("Idempotency-Key"))
    token = current_call.set(call)
    try:
        return _answer(request, call)
    except StripeError as error:
        return _respond(error.status, error.body(), call)
    except Exception:
        logger.exception("%s %s", request.method, request.path)
        return _respond(
            500, {"error": {"type": "api_error", "message": "The sandbox has a fault; see its log."}}, call
        )
    finally:
        current_call.reset(token)


def _answer(request: HttpRequest, call: Call) -> HttpResponse:
    authenticate(request)
    match = find_route(request.method or "", request.path)
    params = _read(request)
    if match.route.schema is not None:
        params = check(params, match.route.schema)
    if request.method == "POST" and call.idempotency_key:
        with in_flight(call.idempotency_key):
            return _strike(request, call, lambda: _once(match, params, request.path, call))
    if match.route.changes:
        return _strike(request, call, lambda: _change(match, params, request.path, call))
    return _strike(request, call, lambda: _respond(*_run(match, params), call))


def _read(request: HttpRequest) -> dict[str, Any]:
    encoded = request.META.get("QUERY_STRING", "")
    if request.method == "POST":
        encoded += "&" + request.body.decode(errors="replace")
    return parse_form(parse_qsl(encoded, keep_blank_values=True))


def _strike(request: HttpRequest, call: Call, respond: Callable[[], HttpResponse]) -> HttpResponse:
    """Suffer the faults before the call, execute it, suffer those after it."""
    struck = faults.take(request.method or "", request.path)
    failure = _suffer(request, call, [fault for fault in struck if not fault.after])
    if failure is not None:
        return failure
    try:
        response = respond()
    except StripeError as error:
        response = _respond(error.status, error.body(), call)
    return _suffer(request, call, [fault for fault in struck if fault.after]) or response


def _suffer(request: HttpRequest, call: Call, struck: list[faults.Fault]) -> HttpResponse | None:
    time.sleep(sum(fault.slow_ms for fault in struck) / 1000)
    if any(fault.hang for fault in struck):
        faults.hang(request)
    if any(fault.hang or fault.reset for fault in struck):
        faults.cut(request)
        return HttpResponse(status=204)  # nobody reads it
    statuses = [fault.status for fault in struck if fault.status]
    return _respond(statuses[0], _invented(statuses[0]), call) if statuses else None


def _invented(status: int) -> dict[str, Any]:
    """The error that Stripe would send with this status."""
    message = "The sandbox was told to fail."
    if status == 429:
        return {"error": {"type": "invalid_request_error", "code": "rate_limit", "message": message}}
    if status < 500:
        return {"error": {"type": "invalid_request_error", "message": message}}
    return {"error": {"type": "api_error", "message": message}}


def _once(match: Match, params: dict[str, Any], path: str, call: Call) -> HttpResponse:
    saved = saved_answer(call.idempotency_key or "", path, params)
    if saved is None:
        return _change(match, params, path, call)
    response = _respond(saved.status, saved.body, call)
    response["Idempotent-Replayed"] = "true"
    response["Original-Request"] = saved.request_id
    return response


def _change(match: Match, params: dict[str, Any], path: str, call: Call) -> HttpResponse:
    return _respond(*execute(call, path, params, lambda: _run(match, params)), call)


def _run(match: Match, params: dict[str, Any]) -> Answer:
    paths = params.get("expand", [])
    rest = {name: value for name, value in params.items() if name != "expand"}
    return 200, expand(store.public(match.route.handle(rest, *match.ids)), paths)


def _respond(status: int, body: dict[str, Any], call: Call) -> HttpResponse:
    if "error" in body:
        body = {"error": body["error"] | {"request_log_url": f"/#{call.request_id}"}}
    response = JsonResponse(body, status=status, json_dumps_params={"indent": 2})
    response["Request-Id"] = call.request_id or ""
    response["Stripe-Version"] = api_version()
    if call.idempotency_key:
        response["Idempotency-Key"] = call.idempotency_key
    return response
