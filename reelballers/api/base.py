"""DRF's view without what this API has no choice about: one form of answer, one parser, one way to sign in.

The order is DRF's own (who calls, how often, what for), and so are errors and the OpenAPI document.
"""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import APIView

_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_RENDERER = JSONRenderer()


class Answer(HttpResponse):
    """JSON, byte for byte as DRF writes it, at once."""

    def __init__(self, data: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        super().__init__(encoded(data), status=status, headers=headers, content_type="application/json")


def encoded(data: Any) -> bytes:
    # The two line separators are JSON but no JavaScript.
    return _encode(data).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()


class View(APIView):
    _handlers: ClassVar[dict[str, str]]
    _allow: ClassVar[str]
    _parsers: ClassVar[list[BaseParser]]
    _authenticators: ClassVar[list[BaseAuthentication]]

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls._handlers = {
            name.upper(): name
            for name in cls.http_method_names
            if hasattr(cls, "get" if name == "head" else name)
        }
        cls._allow = ", ".join(cls._handlers)
        cls._parsers = [parser() for parser in cls.parser_classes]
        cls._authenticators = [each() for each in cls.authentication_classes]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.args, self.kwargs, self.headers = args, kwargs, {"Allow": self._allow}
        asked: Any = Request(request, parsers=self._parsers, authenticators=self._authenticators)
        asked.accepted_renderer, asked.accepted_media_type = _RENDERER, _RENDERER.media_type
        asked.version = asked.versioning_scheme = None
        self.request = asked
        response: HttpResponseBase
        try:
            self.perform_authentication(asked)
            self.check_permissions(asked)
            self.check_throttles(asked)
            handler = getattr(self, self._handlers.get(request.method or "", "http_method_not_allowed"))
            response = handler(asked, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the edge
            response = self.handle_exception(error)
        if isinstance(response, Response):
            return self.finalize_response(asked, response, *args, **kwargs)
        response["Allow"] = self._allow
        return response
