"""Whether whoever acts has lately proved to be the owner."""

import time

from django.http import HttpRequest

from accounts.errors import NotProved
from reelballers.sessions import PROVED_AT

FRESH_SECONDS = 600


def require(request: HttpRequest) -> None:
    """A sign-in by code or passkey is a proof for ten minutes. Raises NotProved."""
    if time.time() - request.session.get(PROVED_AT, 0) > FRESH_SECONDS:
        raise NotProved
