"""What the guest's wallet holds that this browser left aside by signing in."""

from typing import TypedDict

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest

from exports.models import OPEN_STATES, ExportJob, Project
from reelballers import left_wallet
from reelballers.user_db import has_user_db, user_db
from wallet.models import Wallet


class LeftWallet(TypedDict):
    balance_cents: int
    clips: int
    open_jobs: int


def left_user_id(request: HttpRequest) -> str | None:
    store = left_wallet.session_of(request)
    return None if store is None else store[SESSION_KEY]


def look(request: HttpRequest) -> LeftWallet | None:
    """None also for a wallet with nothing in it: there is nothing to ask about."""
    user_id = left_user_id(request)
    if user_id is None or not has_user_db(user_id):
        return None
    with user_db(user_id):
        found: LeftWallet = {
            "balance_cents": Wallet.objects.get().balance_cents,
            "clips": Project.objects.count(),
            "open_jobs": ExportJob.objects.filter(state__in=OPEN_STATES).count(),
        }
    return found if any(found.values()) else None
