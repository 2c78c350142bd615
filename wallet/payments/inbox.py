"""The inbox: each of Stripe's events is one row of `default`, written before anything is done about it.

A row stays open until its event is applied; whoever works on it, request or worker, notes here what came of it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from reelballers.one_writer import one_writer
from wallet.payments import index as payment_index
from wallet.shared.models import InboxEvent
from wallet.stripe.api import id_of
from wallet.stripe.told import READ

Outcome = InboxEvent.Outcome

OPEN = (Outcome.PENDING, Outcome.PARKED, Outcome.ASK_STRIPE)
RETRY_SECONDS = (5, 15, 60, 300, 900, 3600)
# The last of a payment's events come within seconds; one copy after them is enough for dj-stripe's models.
_SYNC_AFTER_SECONDS = 5


def record(event: dict[str, Any], *, delivery: dict[str, str] | None = None) -> InboxEvent:
    """Keeps an event; the same event again is the same row, and takes nobody's lock.

    `delivery` is how Stripe told it: the whole event is kept with it until dj-stripe has it (stripe/told.py).
    """
    if (known := InboxEvent.objects.filter(pk=event["id"]).first()) is not None:
        return known
    now = timezone.now()
    row = InboxEvent(
        event_id=event["id"],
        type=event["type"],
        payload={**event, "delivery": delivery} if delivery else {name: event[name] for name in READ},
        payment_intent_id=id_of(event["data"]["object"].get("payment_intent")) or "",
        object_id=id_of(event["data"]["object"]) or "",
        # Not at once: the request that records an event applies it, the sweep comes when it could not.
        next_attempt_at=now + timedelta(seconds=RETRY_SECONDS[0]),
        sync_due_at=now + timedelta(seconds=_SYNC_AFTER_SECONDS),
    )
    try:
        with one_writer(), transaction.atomic(using="default"):
            row.save(force_insert=True)
    except IntegrityError:
        return InboxEvent.objects.get(pk=event["id"])  # told twice at once
    return row


def attempt(
    row: InboxEvent, work: Callable[[dict[str, Any]], Outcome], *, again_in: timedelta | None = None
) -> Outcome:
    """Does what an event asks for, whatever was done before, and notes what came of it.

    `again_in`: the worker's next attempt, should this one of its leave it open. Raises what stood in the way, after
    noting it: the caller answers 5xx.
    """
    try:
        outcome = work(row.payload)
        if outcome == Outcome.PARKED:
            note(row, outcome, again_in=again_in)
            # The owner may have appeared between our look and the note: then nobody else would come for it.
            if payment_index.of_payment_intent(row.payment_intent_id) is not None:
                outcome = work(row.payload)
    except Exception as error:
        note(row, Outcome.PENDING, error=f"{type(error).__name__}: {error}", again_in=again_in)
        raise
    note(row, outcome, again_in=again_in)
    return outcome


def due(*outcomes: "InboxEvent.Outcome") -> QuerySet[InboxEvent]:
    found = InboxEvent.objects.filter(outcome__in=outcomes, next_attempt_at__lte=timezone.now())
    return found.order_by("next_attempt_at")


def count(row: InboxEvent) -> timedelta:
    """Counts an attempt of the worker's; the more there were, the longer until the next."""
    wait_seconds = RETRY_SECONDS[min(row.attempts, len(RETRY_SECONDS) - 1)]
    row.attempts += 1
    return timedelta(seconds=wait_seconds)


def note(row: InboxEvent, outcome: Outcome, *, error: str = "", again_in: timedelta | None = None) -> None:
    """What came of an attempt. Without the worker's `again_in` it was a delivery: those may come by the dozen, and
    only ever bring the next attempt nearer."""
    if row.outcome == outcome and outcome not in OPEN:
        return  # a replay of what is done: nothing new to write
    now = timezone.now()
    if again_in is not None:
        row.next_attempt_at = now + again_in
    else:
        # Work for the worker is due at once; a failure first leaves Stripe's own retry a moment.
        is_new_work = outcome == Outcome.ASK_STRIPE and row.outcome != outcome
        soon = now if is_new_work else now + timedelta(seconds=RETRY_SECONDS[0])
        row.next_attempt_at = min(row.next_attempt_at, soon)
    row.outcome = outcome
    row.last_error = error
    row.applied_at = None if outcome in OPEN else now
    with one_writer():
        row.save(update_fields=["outcome", "last_error", "attempts", "applied_at", "next_attempt_at"])
