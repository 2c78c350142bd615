"""Stripe's events: recorded in `default` first, then applied to the user's file; applying again is harmless.

The request applies an event right after recording it; what fails stays, and both Stripe's retry and the worker's
`sweep` apply it again. What needs Stripe's API waits for the worker's `ask_stripe`, a loop of its own: a slow API
never delays a webhook, nor the sweep.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from reelballers.one_writer import one_writer
from wallet.payments import index as payment_index
from wallet.payments import reversals, unmatched
from wallet.payments.fulfil import fulfil
from wallet.payments.whose_payment import whose_payment
from wallet.shared.models import InboxEvent
from wallet.stripe import api as stripe_api
from wallet.stripe.api import StripeUnavailable, id_of

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
_WHILE_STRIPE_IS_AWAY = timedelta(seconds=10)
# The last of a payment's events come within seconds; one copy after them is enough for dj-stripe's models.
_SYNC_AFTER_SECONDS = 5


def record(event: dict[str, Any]) -> InboxEvent:
    """Keeps an event; the same event again is the same row."""
    thing = event["data"]["object"]
    now = timezone.now()
    row, _ = InboxEvent.objects.get_or_create(
        event_id=event["id"],
        defaults={
            "type": event["type"],
            "payload": event,
            "payment_intent_id": id_of(thing.get("payment_intent")) or "",
            # Not at once: the request that records an event applies it, the sweep comes when it could not.
            "next_attempt_at": now + timedelta(seconds=_RETRY_SECONDS[0]),
            "sync_due_at": now + timedelta(seconds=_SYNC_AFTER_SECONDS),
        },
    )
    return row


def apply(row: InboxEvent, *, again_in: timedelta | None = None) -> Outcome:
    """Applies one event, whatever was done before, and notes what came of it. Never calls Stripe.

    `again_in`: the worker's next attempt, should this one of its leave it open. Raises what stood in the way, after
    noting it: the caller answers 5xx.
    """
    try:
        outcome = _apply(row.payload)
        if outcome == Outcome.PARKED:
            _note(row, outcome, again_in=again_in)
            # The owner may have appeared between our look and the note: then nobody else would come for it.
            if payment_index.of_payment_intent(row.payment_intent_id) is not None:
                outcome = _apply(row.payload)
    except Exception as error:
        _note(row, Outcome.PENDING, error=f"{type(error).__name__}: {error}", again_in=again_in)
        raise
    _note(row, outcome, again_in=again_in)
    return outcome


def park(thing: dict[str, Any]) -> None:
    """Keeps a refund or dispute that waits for its payment and of which no event is here: `default` was lost."""
    waiting = InboxEvent.objects.filter(outcome=Outcome.PARKED, payload__data__object__id=thing["id"])
    if waiting.exists():
        return
    event_type = "refund.updated" if thing["object"] == "refund" else "charge.dispute.updated"
    facts = {"id": f"reconcile_{thing['id']}", "type": event_type, "created": int(thing["created"])}
    apply(record({**facts, "data": {"object": thing}}))


def sweep(limit: int = 100) -> int:
    """The worker's part: applies what was recorded and not applied. Returns how many ended."""
    ended = 0
    for row in _due(Outcome.PENDING)[:limit]:
        try:
            ended += apply(row, again_in=_count(row)) not in _OPEN
        except Exception as error:  # noqa: BLE001 - noted in the row; one bad event must not stop the others
            logger.warning("Stripe event %s: %s: %s", row.event_id, type(error).__name__, error)
    return ended


def ask_stripe(limit: int = 50) -> int:
    """The worker's other part: finds out at Stripe what events alone could not tell. Returns how many ended."""
    ended = 0
    for row in _due(Outcome.PARKED, Outcome.ASK_STRIPE)[:limit]:
        try:
            outcome = _ask(row)
        except StripeUnavailable as error:
            # No fault of the event, and no attempt: when Stripe is back, it must not wait for its turn.
            error_text = f"Stripe does not answer: {error}"
            _note(row, Outcome(row.outcome), error=error_text, again_in=_WHILE_STRIPE_IS_AWAY)
            break
        except Exception as error:  # noqa: BLE001 - as above
            logger.warning("Stripe event %s: %s: %s", row.event_id, type(error).__name__, error)
            error_text = f"{type(error).__name__}: {error}"
            _note(row, Outcome(row.outcome), error=error_text, again_in=_count(row))
            continue
        _note(row, outcome, again_in=_count(row))
        ended += outcome not in _OPEN
    return ended


def _due(*outcomes: "InboxEvent.Outcome") -> QuerySet[InboxEvent]:
    due = InboxEvent.objects.filter(outcome__in=outcomes, next_attempt_at__lte=timezone.now())
    return due.order_by("next_attempt_at")


def _apply(event: dict[str, Any]) -> Outcome:
    thing = event["data"]["object"]
    if event["type"] in SESSION_EVENTS:
        return fulfil(thing, failed=event["type"] == "checkout.session.async_payment_failed")
    if event["type"] == "charge.refunded":
        # Only a hint: `amount_refunded` is a running total, so the refunds themselves are read.
        payment_intent_id = id_of(thing.get("payment_intent"))
        if payment_intent_id is None:
            return Outcome.FOREIGN
        if unmatched.is_refunded(payment_intent_id):
            return Outcome.APPLIED
        is_known = payment_index.of_payment_intent(payment_intent_id) is not None
        return Outcome.ASK_STRIPE if is_known else Outcome.PARKED
    return reversals.apply_object(thing, event_type=event["type"], event_at=int(event["created"]))


def _ask(row: InboxEvent) -> Outcome:
    outcome = _apply(row.payload)
    if outcome == Outcome.PARKED:
        outcome = _find_owner(row)
    if outcome == Outcome.ASK_STRIPE:
        outcome = _read_at_stripe(row)
    return outcome


def _find_owner(row: InboxEvent) -> Outcome:
    """A parked reversal: foreign if its payment is, else the payment is fulfilled and the reversal applied."""
    found = whose_payment(row.payment_intent_id)
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


def _count(row: InboxEvent) -> timedelta:
    """Counts an attempt of the worker's; the more there were, the longer until the next."""
    wait_seconds = _RETRY_SECONDS[min(row.attempts, len(_RETRY_SECONDS) - 1)]
    row.attempts += 1
    return timedelta(seconds=wait_seconds)


def _note(row: InboxEvent, outcome: Outcome, *, error: str = "", again_in: timedelta | None = None) -> None:
    """What came of an attempt. Without the worker's `again_in` it was a delivery: those may come by the dozen, and
    only ever bring the next attempt nearer."""
    if row.outcome == outcome and outcome not in _OPEN:
        return  # a replay of what is done: nothing new to write
    now = timezone.now()
    if again_in is not None:
        row.next_attempt_at = now + again_in
    else:
        # Work for the worker is due at once; a failure first leaves Stripe's own retry a moment.
        is_new_work = outcome == Outcome.ASK_STRIPE and row.outcome != outcome
        soon = now if is_new_work else now + timedelta(seconds=_RETRY_SECONDS[0])
        row.next_attempt_at = min(row.next_attempt_at, soon)
    row.outcome = outcome
    row.last_error = error
    row.applied_at = None if outcome in _OPEN else now
    fields = ["outcome", "last_error", "attempts", "applied_at", "next_attempt_at"]
    if outcome == Outcome.FOREIGN:
        row.sync_due_at = None  # other people's payments are not copied
        fields.append("sync_due_at")
    with one_writer():
        row.save(update_fields=fields)
