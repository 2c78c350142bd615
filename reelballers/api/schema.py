"""How the OpenAPI document names our session, and every status of every call."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from reelballers.api import statuses


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "reelballers.authentication.SessionWithOriginCheck"
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        from django.conf import settings

        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class EveryStatus(AutoSchema):
    def get_operation(self, *arguments: Any, **more: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*arguments, **more)
        if operation is None:
            return None
        view_method = getattr(self.view, self.method.lower())
        own = getattr(view_method, "may_answer", ())
        for status in sorted({*own, *statuses.of_call(self.method, self.path, operation)}):
            operation["responses"].setdefault(str(status), statuses.reference(status))
        return operation
