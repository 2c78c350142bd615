"""Each address has one form of answer; what a caller would rather accept changes nothing about it."""

from typing import Any

from django.http import Http404
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation


class WhatThereIs(DefaultContentNegotiation):
    """A statement is CSV and a film mp4 beside DRF's renderers: asked for by name, each would be a 406."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except (NotAcceptable, Http404):  # 404: an unknown ?format=
            return renderers[0], renderers[0].media_type
