"""Buying credits: from a row of ours to a page where the visitor can pay. How it ends is in fulfil.py."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from reelballers.user_db import user_db, user_transaction
from wallet.errors import WalletFrozen
from wallet.models import Topup, Wallet
from wallet.payments import index as payment_index
from wallet.payments.fulfil import fulfil
from wallet.sources import files_of
from wallet.stripe import api as stripe_api

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(seconds=60)
PAUSE_SHARE = 0.05  # of the purchase's age


def start_topup(*, user_id: str, amount_cents: int) -> Topup:
    """Opens a Checkout Session for `amount_cents`. Raises WalletFrozen, StripeUnavailable, StripeRefused."""
    with user_transaction(user_id):
        if Wallet.objects.get().is_frozen:
            raise WalletFrozen
        topup = Topup(credits=amount_cents, livemode=settings.STRIPE_LIVE_MODE, created_at=timezone.now())
        topup.save(force_insert=True)
    session = stripe_api.create_checkout_session(
        user_id=user_id,
        topup_id=topup.id,
        amount_cents=amount_cents,
        success_url=f"{settings.APP_URL}/success?session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{settings.APP_URL}/cancel",
    )
    # Before the visitor can pay: a refund's webhook finds its owner by this row.
    payment_index.remember(
        None, user_id=user_id, topup_id=topup.id, session=session, amount_cents=amount_cents
    )
    with user_transaction(user_id):
        topup = Topup.objects.get(pk=topup.id)
        topup.session_id, topup.checkout_url = session["id"], session["url"]
        topup.raise_status(Topup.Status.OPEN)
        topup.save()
    return topup


def refresh(*, user_id: str, topup: Topup) -> None:
    """Asks Stripe about a top-up that is not settled and fulfils it if it is paid; not more often than is useful.

    Raises StripeUnavailable, StripeRefused.
    """
    assert topup.session_id
    if _may_ask(user_id, topup):
        fulfil(stripe_api.retrieve_session(topup.session_id))


def pause_between_questions(topup: Topup, now: datetime) -> timedelta:
    """2 s at first, a minute in the end: whoever looks every second must not spend what Stripe allows us all."""
    return min(max((now - topup.created_at) * PAUSE_SHARE, SHORTEST_PAUSE), LONGEST_PAUSE)


def _may_ask(user_id: str, topup: Topup) -> bool:
    """Claims the next question in the top-up's own row, which all processes share; a look too early writes nothing."""
    now = timezone.now()
    asked_long_ago = now - pause_between_questions(topup, now)
    if topup.asked_at is not None and asked_long_ago < topup.asked_at <= now:
        return False
    is_free = Q(asked_at=None) | Q(asked_at__lte=asked_long_ago) | Q(asked_at__gt=now)  # the clock went back
    with user_transaction(user_id):
        return bool(Topup.objects.filter(is_free, pk=topup.pk).update(asked_at=now))


def find(*, user_id: str, session_id: str) -> Topup | None:
    """A purchase of the user's, in whichever wallet it was made that is this one now."""
    for file_id in files_of(user_id):
        with user_db(file_id):
            if (topup := Topup.objects.filter(session_id=session_id).first()) is not None:
                return topup
    return None
