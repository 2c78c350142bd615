"""What is answered where no view had a say: passing trouble, faults, bodies of unknown length; JSON under /api."""

import json
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError

from reelballers.errors import RETRY_AFTER_SECONDS, is_passing_trouble, level_of, unavailable

logger = logging.getLogger(__name__)

Next = Callable[[HttpRequest], Any]

_FAULT = "This is a fault of ours, and we have been told. Please try again later."
_LEFT = "The connection ended before the request did."


_BEFORE_ALL = {
    408: "The request took too long to arrive.",
    431: "The request's headers are too long.",
    503: "Too many are uploading at this moment. Please try again soon.",
}


def raw_refusal(status: int) -> bytes:
    """Of what is refused before it is read: an answer without Django, in the same words as all others."""
    body = json.dumps({"detail": _BEFORE_ALL[status]}).encode()
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        "Retry-After": str(RETRY_AFTER_SECONDS),
        # A page of another origin must be able to read that it may try again.
        "Access-Control-Allow-Origin": settings.APP_URL,
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Expose-Headers": "Retry-After",
    }
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        *(f"{name}: {text}" for name, text in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Faults:
    """Outside of all that may fail: what went wrong further in is JSON for a program, and a 503 if it may pass."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if response.status_code >= 400 and is_page and request.path.startswith("/api/"):
            _say_in_json(response)
        if not response.streaming and "Content-Length" not in response:  # not from inside CommonMiddleware
            response["Content-Length"] = str(len(response.content))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(
            exception, UnreadablePostError
        ):  # nobody is there to read this, and nothing is wrong with us
            return JsonResponse({"detail": _LEFT}, status=400)
        if not is_passing_trouble(exception):
            return None
        name = type(exception).__name__
        logger.log(level_of(exception), "%s %s: %s: %s", request.method, request.path, name, exception)
        return unavailable()


class KnownLengths:
    """Django reads a chunked body as an empty one: a signature would be wrong, a debit would obey its query."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "HTTP_TRANSFER_ENCODING" in request.META:
            words = "Send the body in one piece with its Content-Length."
            return JsonResponse({"detail": words}, status=HTTPStatus.LENGTH_REQUIRED)
        return self.get_response(request)


def _say_in_json(response: HttpResponse) -> None:
    """In place: its other headers, such as Allow, stay."""
    status = HTTPStatus(response.status_code)
    words = _FAULT if status >= 500 else f"{status.phrase}."
    response.content = JsonResponse({"detail": words}).content
    response["Content-Type"] = "application/json"
    del response["Content-Length"]
