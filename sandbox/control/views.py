"""The control page and its JSON API: what Stripe's Dashboard, and bad luck, would do."""

import json
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from sandbox.control.overview import overview
from sandbox.control.routes import find_command
from sandbox.errors import StripeError
from sandbox.store import public


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "sandbox/control.html", overview() | {"problem": request.GET.get("problem", "")})


def command(request: HttpRequest, path: str) -> HttpResponse:
    """JSON in, JSON out; a form of the control page goes back to it."""
    is_form = (request.content_type or "").startswith("application/x-www-form-urlencoded")
    try:
        found, ids = find_command(request.method or "", path)
        answer = found(_read(request, is_form), *ids)
    except StripeError as error:
        return _back(error.message) if is_form else JsonResponse(error.body(), status=error.status)
    except (TypeError, ValueError, KeyError) as error:
        message = f"{type(error).__name__}: {error}"
        return _back(message) if is_form else JsonResponse({"error": {"message": message}}, status=400)
    return _back() if is_form else JsonResponse(public(answer), safe=False, json_dumps_params={"indent": 2})


def _read(request: HttpRequest, is_form: bool) -> dict[str, Any]:
    if is_form:
        return {name: value for name, value in request.POST.items() if value != ""}
    if request.method == "POST" and request.body:
        return json.loads(request.body)
    return {name: str(value) for name, value in request.GET.items()}


def _back(problem: str = "") -> HttpResponse:
    response = HttpResponseRedirect("/" + (f"?{urlencode({'problem': problem})}" if problem else ""))
    response.status_code = 303
    return response
