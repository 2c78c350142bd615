"""Asking Stripe for a refund whose answer may get lost: the same key again, then looking, then giving up."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from wallet.stripe import api as stripe_api
from wallet.stripe.api import StripeRefused, StripeUnavailable

# Stripe keeps idempotency keys for 24 hours; after that the same key would refund a second time.
ASK_FOR = timedelta(hours=20)
LOOK_FOR = timedelta(hours=48)


def ask(
    *, payment_intent_id: str, amount_cents: int | None, form_id: str, decided_at: datetime, is_first: bool
) -> dict[str, Any]:
    """The refund as Stripe has it. `is_first`: nothing was sent for this form before.

    Raises StripeRefused when there is none and will be none, StripeUnavailable while that is unknown.
    """
    age = timezone.now() - decided_at
    if age < ASK_FOR:
        return _create(payment_intent_id, amount_cents, form_id, is_first=is_first)
    for refund in stripe_api.refunds_of(payment_intent_id):
        if (refund.get("metadata") or {}).get("form_id") == form_id:
            return refund
    if age >= LOOK_FOR:
        raise StripeRefused("Stripe has no such refund", None, None)
    raise StripeUnavailable("not in Stripe's list of refunds so far")


def _create(
    payment_intent_id: str, amount_cents: int | None, form_id: str, *, is_first: bool
) -> dict[str, Any]:
    try:
        return stripe_api.create_refund(
            payment_intent_id=payment_intent_id,
            amount_cents=amount_cents,
            form_id=form_id,
            idempotency_key=f"refund-{form_id}",
        )
    except StripeRefused as refused:
        # A key of ours that was revoked meanwhile says nothing about the call before.
        if not is_first and refused.http_status in {401, 403}:
            raise StripeUnavailable(str(refused)) from refused
        raise
