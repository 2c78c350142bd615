"""Keep the sandbox to this machine's own user."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse


class LocalOnlyMiddleware:
    """Refuse another Host (DNS rebinding) and unsafe calls that another site's page makes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            host = request.get_host()
        except DisallowedHost:
            return HttpResponse("The sandbox answers to localhost and 127.0.0.1 only.\n", status=400)
        origin = request.headers.get("Origin")
        if request.method not in {"GET", "HEAD"} and origin is not None and urlsplit(origin).netloc != host:
            return HttpResponse("Another site's page may not use the sandbox.\n", status=403)
        response = self.get_response(request)
        if not response.streaming:
            response.headers["Content-Length"] = str(len(response.content))  # keeps the connection alive
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        return response
