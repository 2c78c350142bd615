"""Sessions that renew once a day."""

import logging
import time
from typing import Any

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse

from reelballers import left_wallet
from reelballers.errors import is_passing_trouble, unavailable

logger = logging.getLogger(__name__)

RENEWAL_SECONDS = 24 * 3600
_CAME_WITH = "session_key_it_came_with"


class Sessions(SessionMiddleware):
    """Django's sessions, renewed (expiry, cookie and signature) at most once a day instead of never or always."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:  # type: ignore[override]
        super().process_request(request)
        try:
            left_wallet.come_back(request)
        except OperationalError as error:
            if not is_passing_trouble(error):
                raise
            return unavailable()
        setattr(request, _CAME_WITH, request.session.session_key)
        return None

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = request.session
        if session.accessed and not session.is_empty() and response.status_code < 500:
            _renew(session)
        came_with = getattr(request, _CAME_WITH, None)
        try:
            return self._save(request, response)
        except (DatabaseError, SessionInterrupted) as error:
            logger.warning("session not saved: %s", error)
        # The row that this browser came with is still what it was (or was ended elsewhere): only its renewal is lost,
        # and what the call has done must be told. Without a new session's row the answer opens nothing.
        return response if came_with and session.session_key == came_with else unavailable()

    def _save(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Django drops the session of every 5xx. A 503 of ours is no accident: the guest made before it stays."""
        status_code = response.status_code
        if status_code == 503:
            response.status_code = 200
        try:
            response = super().process_response(request, response)
            left_wallet.write_cookie(
                request, response
            )  # after the row: a cookie is forgotten for another's sake
            return response
        finally:
            response.status_code = status_code


def _renew(session: Any) -> None:
    now = int(time.time())
    if now - session.get("renewed_at", 0) >= RENEWAL_SECONDS:
        session["renewed_at"] = now
