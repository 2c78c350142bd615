"""Ends sessions from the outside. Elsewhere each session is its browser's own affair."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

CHUNK = 500


def end_sessions(user_id: str) -> int:
    """Ends every session of a user; returns how many there were.

    The rows do not say whose they are, so all of them are read: for rare occasions, outside of transactions.
    """
    rows = Session.objects.iterator(chunk_size=CHUNK)
    keys = [row.session_key for row in rows if row.get_decoded().get(SESSION_KEY) == user_id]
    for first in range(0, len(keys), CHUNK):
        Session.objects.filter(pk__in=keys[first : first + CHUNK]).delete()
    return len(keys)
