"""Who is calling, and from where. The session cookie alone says who; the Origin decides whether it may act."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connections
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from reelballers.user_db.paths import is_user_id

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Visitor:
    """The user the session names. Sessions live in `default` and are revoked by deleting them, so of the user's row
    no more is read on every call than whether it was closed."""

    id: str
    is_authenticated: bool = True


class SessionWithOriginCheck(BaseAuthentication):
    """The session of a browser or of any HTTP client; replaces CSRF tokens on /api by the Origin rules."""

    def authenticate(self, request: Request) -> tuple[Visitor, None] | None:
        check_origin(request._request)
        user_id = request._request.session.get(SESSION_KEY)
        if not is_user_id(user_id) or _is_closed(user_id):
            return None
        return Visitor(user_id), None

    def authenticate_header(self, request: Request) -> str:
        return "Session"


def _is_closed(user_id: str) -> bool:
    """Whether an operator took the right to be here; a row lost with an older `default` takes nobody's.

    Raw SQL: asked on every call, and the ORM would take a third of a wallet read for it.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM reelballers_user WHERE id = %s AND NOT is_active", [user_id])
        return cursor.fetchone() is not None


def check_origin(request: HttpRequest) -> None:
    """Refuses unsafe calls that another site's page made with the visitor's cookies.

    Raises PermissionDenied (403).
    """
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    if origin is not None:
        if origin not in _own_origins(request):
            raise PermissionDenied(f"Calls from the origin {origin[:200]!r} are not accepted.")
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site not in {None, "same-origin", "none"}:
        raise PermissionDenied("Calls from other sites are not accepted.")


def _own_origins(request: HttpRequest) -> set[str]:
    return {
        _origin(settings.APP_URL),
        _origin(settings.API_URL),
        f"{request.scheme}://{request.get_host()}",
    }


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
