"""Sessions: rows of `default` that say whose they are, so that their owner can see and end them.

Django's own store with four more columns. Its class keeps the name `SessionStore`: the name is part of the salt that
signs what a session says, and under another one every guest would lose the wallet it names.
"""

import copy
import hashlib
import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone

from reelballers.models import Session

DEVICE = "device"  # what the browser called itself when the session began
BEGAN_AT = "began_at"
RENEWED_AT = "renewed_at"  # Unix seconds, at most once a day: when it was last seen, to a day
PROVED_AT = "proved_at"  # when its owner last proved to be it, by a code or a passkey


_FIND = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        """The row is read on every call: deleted, it is over at once. By plain SQL, as the ORM is half of a wallet's
        read; what its text says, signature and all, is worked out once."""
        with connection.cursor() as cursor:
            now = connection.ops.adapt_datetimefield_value(timezone.now())
            row = cursor.execute(_FIND, (self.session_key, now)).fetchone()
        if row is None:
            self._session_key = None
            return {}
        return copy.deepcopy(_said(row[0], settings.SECRET_KEY, tuple(settings.SECRET_KEY_FALLBACKS)))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.user_id = data.get(SESSION_KEY)
        row.device = str(data.get(DEVICE, ""))[:120]
        row.began_at = _time(data.get(BEGAN_AT))
        row.seen_at = _time(data.get(RENEWED_AT) or int(time.time()))
        return row


@lru_cache(maxsize=4096)
def _said(text: str, *keys: Any) -> dict[str, Any]:
    return SessionStore().decode(text)


def end_sessions(user_id: str, *, but_key: str | None = None) -> int:
    """Ends every session of a user, but the one that asks if it is named; returns how many there were."""
    return Session.objects.filter(user_id=user_id).exclude(session_key=but_key or "").delete()[0]


def public_id_of(session_key: str) -> str:
    """What may be shown of a session: its key opens the wallet."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:24]


def _time(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
