"""Buying credits: from a row of ours to a page where the visitor can pay. How it ends is in fulfil.py."""

from django.conf import settings
from django.utils import timezone

from reelballers.user_db import user_transaction
from wallet.errors import WalletFrozen
from wallet.models import Topup, Wallet
from wallet.payments import index as payment_index
from wallet.payments.fulfil import fulfil
from wallet.stripe import api as stripe_api


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
    """Asks Stripe about a top-up that is not settled and fulfils it if it is paid.

    Raises StripeUnavailable, StripeRefused.
    """
    assert topup.session_id
    fulfil(stripe_api.retrieve_session(topup.session_id))
