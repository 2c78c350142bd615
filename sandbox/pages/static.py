"""The pages' one stylesheet."""

from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase

FOLDER = Path(__file__).parent.parent / "static" / "sandbox"
TYPES = {"sandbox.css": "text/css; charset=utf-8"}


def asset(_request: HttpRequest, name: str) -> HttpResponseBase:
    if name not in TYPES:
        raise Http404
    return FileResponse((FOLDER / name).open("rb"), content_type=TYPES[name])
