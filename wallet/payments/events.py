"""Stripe's events: recorded in `default` first, then applied to the user's file; applying again is harmless.

The request applies an event right after recording it; what fails stays, and both Stripe's retry and the worker's
`sweep` apply it again. What needs Stripe's API waits for the worker's `ask_stripe`, a loop of its own: a slow API
never delays a webhook, nor the sweep.
"""

import logging
from datetime import timedelta
from typing import Any

from wallet.payments import inbox, reversals
from wallet.payments import index as payment_index
from wallet.payments.fulfil import fulfil
from wallet.payments.parked import apply_reversal
from wallet.shared.models import InboxEvent
from wallet.stripe import api as stripe_api
from wallet.stripe.api import StripeUnavailable
from wallet.stripe.event_types import SESSION_EVENTS

logger = logging.getLogger(__name__)

Outcome = InboxEvent.Outcome

_WHILE_STRIPE_IS_AWAY = timedelta(seconds=10)


def apply(row: InboxEvent, *, again_in: timedelta | None = None) -> Outcome:
    """Applies one event and notes what came of it, as `inbox.attempt` says. Never calls Stripe."""
    return inbox.attempt(row, _apply, again_in=again_in)


def park(thing: dict[str, Any]) -> None:
    """Keeps a refund or dispute that waits for its payment and of which no event is here: `default` was lost."""
    waiting = InboxEvent.objects.filter(outcome=Outcome.PARKED, object_id=thing["id"])
    if waiting.exists():
        return
    event_type = "refund.updated" if thing["object"] == "refund" else "charge.dispute.updated"
    facts = {"id": f"reconcile_{thing['id']}", "type": event_type, "created": int(thing["created"])}
    apply(inbox.record({**facts, "data": {"object": thing}}))


def sweep(limit: int = 100) -> int:
    """The worker's part: applies what was recorded and not applied. Returns how many ended."""
    ended = 0
    for row in inbox.due(Outcome.PENDING)[:limit]:
        try:
            ended += apply(row, again_in=inbox.count(row)) not in inbox.OPEN
        except Exception as error:  # noqa: BLE001 - noted in the row; one bad event must not stop the others
            logger.warning("Stripe event %s: %s: %s", row.event_id, type(error).__name__, error)
    return ended


def ask_stripe(limit: int = 50) -> int:
    """The worker's other part: finds out at Stripe what events alone could not tell. Returns how many ended."""
    ended = 0
    for row in inbox.due(Outcome.PARKED, Outcome.ASK_STRIPE)[:limit]:
        try:
            outcome = _ask(row)
        except StripeUnavailable as error:
            # No fault of the event, and no attempt: when Stripe is back, it must not wait for its turn.
            error_text = f"Stripe does not answer: {error}"
            inbox.note(row, Outcome(row.outcome), error=error_text, again_in=_WHILE_STRIPE_IS_AWAY)
            break
        except Exception as error:  # noqa: BLE001 - as above
            logger.warning("Stripe event %s: %s: %s", row.event_id, type(error).__name__, error)
            error_text = f"{type(error).__name__}: {error}"
            inbox.note(row, Outcome(row.outcome), error=error_text, again_in=inbox.count(row))
            continue
        inbox.note(row, outcome, again_in=inbox.count(row))
        ended += outcome not in inbox.OPEN
    return ended


def _apply(event: dict[str, Any]) -> Outcome:
    if event["type"] in SESSION_EVENTS:
        has_failed = event["type"] == "checkout.session.async_payment_failed"
        return fulfil(event["data"]["object"], failed=has_failed)
    return apply_reversal(event)


def _ask(row: InboxEvent) -> Outcome:
    outcome = _apply(row.payload)
    if outcome == Outcome.PARKED:
        outcome = _find_owner(row)
    if outcome == Outcome.ASK_STRIPE:
        outcome = _read_at_stripe(row)
    return outcome


def _find_owner(row: InboxEvent) -> Outcome:
    """A parked reversal: foreign if its payment is, else the payment is fulfilled and the reversal applied."""
    found = payment_index.whose_payment(row.payment_intent_id)
    if found is None:
        return Outcome.FOREIGN
    _, sessions = found
    for session in sessions:
        fulfil(session)
    return _apply(row.payload)


def _read_at_stripe(row: InboxEvent) -> Outcome:
    """Applies what Stripe says now, where the event is only a hint or contradicts another."""
    if row.type == "charge.refunded":
        outcomes = {reversals.apply_object(thing) for thing in stripe_api.refunds_of(row.payment_intent_id)}
    else:
        dispute = stripe_api.retrieve_dispute(row.payload["data"]["object"]["id"])
        outcomes = {reversals.apply_object(dispute, is_fresh=True)}
    return next(iter(outcomes - {Outcome.APPLIED}), Outcome.APPLIED)
