"""What is answered where no view had a say: passing trouble, faults, bodies of unknown length; JSON under /api."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError

from reelballers.errors import is_passing_trouble, level_of, unavailable

logger = logging.getLogger(__name__)

Next = Callable[[HttpRequest], Any]

_FAULT = "This is a fault of ours, and we have been told. Please try again later."
_LEFT = "The connection ended before the request did."


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
