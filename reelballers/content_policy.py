"""What a page of ours may load and who may frame it: one policy, on every answer there is, static files included."""

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse


class ContentPolicy:
    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Content-Security-Policy"] = policy(settings.APP_URL, settings.S3_BUCKET)
        response["X-Frame-Options"] = "DENY"  # for browsers that do not know frame-ancestors
        return response


@cache
def policy(app_url: str, bucket: str) -> str:
    """No 'unsafe-…' anywhere: a script or style that got into a page by somebody's name does nothing.

    Clips in object storage are reached by a redirect from us, and a redirect's goal must be allowed too. So must a
    form's: the page behind a one-time link leads to the app.
    """
    media = f" {_origin(default_storage.url('x'))}" if bucket else ""
    return "; ".join(
        [
            "default-src 'self'",
            f"connect-src 'self'{media}",
            f"img-src 'self' data: blob:{media}",
            f"media-src 'self' blob:{media}",
            "object-src 'none'",
            "base-uri 'none'",
            f"form-action 'self' {_origin(app_url)}",
            "frame-ancestors 'none'",
        ]
    )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
