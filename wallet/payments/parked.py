"""Refunds and disputes that arrive before their payment is known: they wait in the inbox, and are settled with it."""

import logging
from typing import Any

from wallet.payments import inbox, reversals, unmatched
from wallet.payments import index as payment_index
from wallet.shared.models import InboxEvent
from wallet.stripe.api import id_of

logger = logging.getLogger(__name__)

Outcome = InboxEvent.Outcome


def apply_reversal(event: dict[str, Any]) -> Outcome:
    """What an event about a refund or dispute does to the wallet its payment credited, if that is known."""
    thing = event["data"]["object"]
    if event["type"] != "charge.refunded":
        return reversals.apply_object(thing, event_type=event["type"], event_at=int(event["created"]))
    # Only a hint: `amount_refunded` is a running total, so the refunds themselves are read.
    payment_intent_id = id_of(thing.get("payment_intent"))
    if payment_intent_id is None:
        return Outcome.FOREIGN
    if unmatched.is_refunded(payment_intent_id):
        return Outcome.APPLIED
    is_known = payment_index.of_payment_intent(payment_intent_id) is not None
    return Outcome.ASK_STRIPE if is_known else Outcome.PARKED


def apply_parked(payment_intent_id: str | None) -> None:
    """Settles what arrived for a payment before its owner was known. What fails is left to the sweep."""
    if not payment_intent_id:
        return
    for row in InboxEvent.objects.filter(payment_intent_id=payment_intent_id, outcome=Outcome.PARKED):
        try:
            inbox.attempt(row, apply_reversal)
        except Exception:
            logger.exception("parked event %s", row.event_id)
