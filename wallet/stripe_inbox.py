"""Stripe's events: recorded in `default` first, then applied to the user's file; applying again is harmless.

The request applies an event right after recording it; what fails stays, and both Stripe's retry and the worker's
sweep apply it again. Events that need Stripe's API are left to the worker: a slow API never delays a webhook.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from wallet import payment_index, reversals, stripe_api, topups
from wallet.shared.models import InboxEvent
from wallet.stripe_api import id_of

logger = logging.getLogger(__name__)

Outcome = InboxEvent.Outcome

SESSION_EVENTS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
REFUND_EVENTS = ("refund.created", "refund.updated", "refund.failed")
DISPUTE_EVENTS = (
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
)
OUR_EVENTS = (*SESSION_EVENTS, "charge.refunded", *REFUND_EVENTS, *DISPUTE_EVENTS)

_OPEN = (Outcome.PENDING, Outcome.PARKED, Outcome.ASK_STRIPE)
_RETRY_SECONDS = (5, 15, 60, 300, 900, 3600)


def record(event: dict[str, Any]) -> InboxEvent:
    """Keeps an event; the same event again is the same row."""
    thing = event["data"]["object"]
    row, _ = InboxEvent.objects.get_or_create(
        event_id=event["id"],
        defaults={
            "type": event["type"],
            "payload": event,
            "payment_intent_id": id_of(thing.get("payment_intent")) or "",
            "next_attempt_at": timezone.now(),
        },
    )
    return row


def apply(row: InboxEvent) -> Outcome:
    """Applies one event, whatever was done before, and notes what came of it. Never calls Stripe.

    Raises what stood in the way, after noting it: the caller answers 5xx.
    """
    try:
        outcome = _apply(row.payload)
        if outcome == Outcome.PARKED:
            _note(row, outcome)
            # The owner may have appeared between our look and the note: then nobody else would come for it.
            if payment_index.of_payment_intent(row.payment_intent_id) is not None:
                outcome = _apply(row.payload)
    except Exception as error:
        _note(row, Outcome.PENDING, error=f"{type(error).__name__}: {error}")
        raise
    _note(row, outcome)
    return outcome


def sweep(limit: int = 100) -> int:
    """The worker's part: applies what is left over, asking Stripe where that is needed. Returns how many ended."""
    due = InboxEvent.objects.filter(outcome__in=_OPEN, next_attempt_at__lte=timezone.now())
    ended = 0
    for row in due.order_by("next_attempt_at")[:limit]:
        try:
            outcome = apply(row)
            if outcome in {Outcome.PARKED, Outcome.ASK_STRIPE}:
                outcome = _ask_stripe(row)
        except Exception as error:  # noqa: BLE001 - one bad event must not stop the others
            logger.warning("Stripe event %s: %s: %s", row.event_id, type(error).__name__, error)
            _note(row, Outcome(row.outcome), error=f"{type(error).__name__}: {error}")
            continue
        ended += outcome not in _OPEN
    return ended


def _apply(event: dict[str, Any]) -> Outcome:
    thing = event["data"]["object"]
    if event["type"] in SESSION_EVENTS:
        return topups.fulfil(thing, failed=event["type"] == "checkout.session.async_payment_failed")
    if event["type"] == "charge.refunded":
        # Only a hint: `amount_refunded` is a running total, so the refunds themselves are read.
        is_known = payment_index.of_payment_intent(id_of(thing.get("payment_intent"))) is not None
        return Outcome.ASK_STRIPE if is_known else Outcome.PARKED
    return reversals.apply_object(thing, event_type=event["type"], event_at=int(event["created"]))


def _ask_stripe(row: InboxEvent) -> Outcome:
    """Finds out at Stripe what the event alone could not tell."""
    indexed = payment_index.of_payment_intent(row.payment_intent_id)
    if indexed is None:
        outcome = _find_owner(row)
    elif row.type == "charge.refunded":
        for refund in stripe_api.refunds_of(row.payment_intent_id):
            outcome = reversals.apply_refund(indexed, refund)
        outcome = Outcome.APPLIED
    elif row.type in DISPUTE_EVENTS:
        dispute = stripe_api.retrieve_dispute(row.payload["data"]["object"]["id"])
        outcome = reversals.apply_dispute(indexed, dispute, event_type="", event_at=0, is_fresh=True)
    else:
        outcome = _apply(row.payload)
    _note(row, outcome)
    return outcome


def _find_owner(row: InboxEvent) -> Outcome:
    """A parked reversal: foreign if its payment is, else the payment is fulfilled and the reversal applied."""
    if not row.payment_intent_id:
        return Outcome.FOREIGN  # a charge without a payment intent never came from Checkout
    intent = stripe_api.retrieve_payment_intent(row.payment_intent_id)
    if not topups.is_ours(intent.get("metadata") or {}):
        return Outcome.FOREIGN
    for session in stripe_api.sessions_of(row.payment_intent_id):
        topups.fulfil(session)
    return _apply(row.payload)


def _note(row: InboxEvent, outcome: Outcome, *, error: str = "") -> None:
    if row.outcome == outcome and outcome not in _OPEN:
        return  # a replay of what is done: nothing new to write
    now = timezone.now()
    wait = _RETRY_SECONDS[min(row.attempts, len(_RETRY_SECONDS) - 1)]
    row.outcome = outcome
    row.last_error = error
    row.attempts += 1
    row.applied_at = None if outcome in _OPEN else now
    # A first failure is left to the request's own retry for a moment; work for the worker is due at once.
    row.next_attempt_at = (
        now if outcome == Outcome.ASK_STRIPE and not error else now + timedelta(seconds=wait)
    )
    row.save()


def failed() -> Q:
    return Q(outcome=Outcome.PENDING, attempts__gt=0)
