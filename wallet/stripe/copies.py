"""Copies of Stripe's objects for operators to browse: dj-stripe's sessions, intents, charges, refunds and disputes.

Nothing of ours reads them. The inbox is the queue (`sync_due_at`), so it survives restarts; a copy that cannot be
made is tried less and less often and never stands in a credit's way. Stripe is asked outside any transaction, with
everything expanded, and dj-stripe is handed the objects in such an order that it finds each reference already there:
its own way would be to call Stripe inside a transaction.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from wallet.shared.models import InboxEvent, PaymentIndex
from wallet.stripe import api as stripe_api
from wallet.stripe import told
from wallet.stripe.api import StripeUnavailable, id_of
from wallet.stripe.event_types import DISPUTE_EVENTS, REFUND_EVENTS, SESSION_EVENTS

logger = logging.getLogger(__name__)

GIVE_UP_AFTER = 8
_WAIT_SECONDS = (60, 300, 900, 3600, 6 * 3600)
_INTENT_PARTS = ("latest_charge.balance_transaction", "payment_method")

# What dj-stripe would fetch by itself, and what an operator of one-time payments does not miss.
_NOT_COPIED = ("customer", "invoice", "on_behalf_of", "setup_intent", "subscription", "source", "transfer")


def copy_due(limit: int = 20) -> int:
    """The worker's part; returns how many events were dealt with. Their own rows at dj-stripe come first."""
    told.hand_over()
    handed = InboxEvent.objects.exclude(payload__has_key="delivery")
    due = handed.filter(sync_due_at__lte=timezone.now()).order_by("sync_due_at")
    done = 0
    for event_id in list(due.values_list("event_id", flat=True)[:limit]):
        row = due.filter(pk=event_id).first()
        if row is None:
            continue  # copied together with another event of its payment
        started_at = timezone.now()
        try:
            if row.outcome != InboxEvent.Outcome.FOREIGN:  # other people's payments are not copied
                copy(row)
        except StripeUnavailable as error:
            _postpone(row, error)
            break
        except Exception as error:  # noqa: BLE001 - a copy must not stop the others
            _postpone(row, error)
        else:
            done += _forget(row, started_at)
        told.hand_over()  # a Stripe that answers slowly holds up the copies only
    return done


def copy(row: InboxEvent) -> None:
    """Reads what an event is about from Stripe and stores it in dj-stripe's tables."""
    thing = row.payload["data"]["object"]
    objects: list[dict[str, Any]] = []
    if row.type in SESSION_EVENTS:
        expand = [f"payment_intent.{part}" for part in _INTENT_PARTS]
        session = stripe_api.retrieve_session(thing["id"], *expand)
        intent = session.get("payment_intent")
        objects += _intent_parts(intent) if isinstance(intent, dict) else []
        objects.append(session)
    elif row.payment_intent_id:
        objects += _intent_parts(stripe_api.retrieve_payment_intent(row.payment_intent_id, *_INTENT_PARTS))
        if row.type in DISPUTE_EVENTS:
            objects.append(stripe_api.retrieve_dispute(thing["id"]))
        else:
            parts = ("data.balance_transaction", "data.failure_balance_transaction")
            for refund in stripe_api.refunds_of(row.payment_intent_id, *parts):
                objects += [
                    refund[n] for n in ("balance_transaction", "failure_balance_transaction") if refund.get(n)
                ]
                objects.append(refund)
    for found in objects:
        # One transaction for each: the shared database is never held for longer than one small object takes.
        with transaction.atomic(using="default"):
            _stores()[found["object"]](_flat(found))
            if found["object"] == "charge":  # operators search by it
                PaymentIndex.objects.filter(
                    payment_intent_id=id_of(found.get("payment_intent")), charge_id=None
                ).update(charge_id=found["id"])


def _intent_parts(intent: dict[str, Any]) -> list[dict[str, Any]]:
    """A payment intent and what it refers to, each after what it refers to itself."""
    charge = intent.get("latest_charge")
    method = intent.get("payment_method")
    parts = [method, charge.get("balance_transaction") if isinstance(charge, dict) else None, intent, charge]
    return [part for part in parts if isinstance(part, dict)]


def _flat(thing: dict[str, Any]) -> dict[str, Any]:
    """The object with ids in place of expanded objects, and without references that are not copied."""
    flat = {name: id_of(value) if _is_object(value) else value for name, value in thing.items()}
    return flat | {name: None for name in _NOT_COPIED if name in flat}


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and "id" in value and "object" in value


def _stores() -> dict[str, Callable[[dict[str, Any]], Any]]:
    from djstripe import models

    kinds = {
        "balance_transaction": models.BalanceTransaction,
        "charge": models.Charge,
        "checkout.session": models.Session,
        "dispute": models.Dispute,
        "payment_intent": models.PaymentIntent,
        "payment_method": models.PaymentMethod,
        "refund": models.Refund,
    }
    return {name: partial(_store, model) for name, model in kinds.items()}


def _store(model: Any, thing: dict[str, Any]) -> None:
    model.sync_from_stripe_data(thing)


def _forget(row: InboxEvent, started_at: Any) -> int:
    """Takes the event off the queue, and those of the same payment that this copy has covered."""
    kind = SESSION_EVENTS if row.type in SESSION_EVENTS else ("charge.refunded", *REFUND_EVENTS)
    covered = InboxEvent.objects.filter(pk=row.pk)
    if row.payment_intent_id and row.type in kind:
        same = InboxEvent.objects.filter(payment_intent_id=row.payment_intent_id, type__in=kind)
        covered = covered | same.filter(received_at__lt=started_at).exclude(payload__has_key="delivery")
    return covered.filter(sync_due_at__isnull=False).update(sync_due_at=None)


def _postpone(row: InboxEvent, error: Exception) -> None:
    attempts = row.sync_attempts + 1
    wait = timedelta(seconds=_WAIT_SECONDS[min(row.sync_attempts, len(_WAIT_SECONDS) - 1)])
    due_at = None if attempts >= GIVE_UP_AFTER else timezone.now() + wait
    logger.warning("copy of %s for dj-stripe: %s: %s", row, type(error).__name__, error)
    InboxEvent.objects.filter(pk=row.pk).update(sync_attempts=attempts, sync_due_at=due_at)
