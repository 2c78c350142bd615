"""Payments that Stripe gave back, and the credits they take with them.

Each refund and each dispute is one row by its Stripe id, built from facts that no order of events can change: a
final status stays, the newest withdrawal and reinstatement count. From the rows follows a target; `settle` writes
the difference to what was taken before. Running it again writes nothing.
"""

from typing import Any

from django.utils import timezone

from mail import outbox
from wallet import ledger
from wallet.models import (
    DECIDED_DISPUTE_STATUSES,
    FINAL_REFUND_STATUSES,
    INTENT,
    REFUSED,
    Reversal,
    Topup,
)
from wallet.moving import moving
from wallet.payments import index as payment_index
from wallet.payments import unmatched
from wallet.shared.models import InboxEvent, PaymentIndex
from wallet.stripe.api import id_of

Outcome = InboxEvent.Outcome


def apply_object(
    thing: dict[str, Any], *, event_type: str = "", event_at: int = 0, is_fresh: bool = False
) -> Outcome:
    """Applies a Refund or Dispute object to the wallet that its payment credited, else parks it.

    `is_fresh`: just read from Stripe, so its status is the last word.
    """
    payment_intent_id = id_of(thing.get("payment_intent"))
    if payment_intent_id is None:
        return Outcome.FOREIGN  # a charge without a payment intent never came from Checkout
    indexed = payment_index.of_payment_intent(payment_intent_id)
    if indexed is None:
        return _without_credit(thing, payment_intent_id)
    if indexed.erased_at is not None:
        return Outcome.UNMATCHED
    if thing["object"] == "refund":
        return apply_refund(indexed, thing)
    return apply_dispute(indexed, thing, event_type=event_type, event_at=event_at, is_fresh=is_fresh)


def apply_refund(indexed: PaymentIndex, refund: dict[str, Any]) -> Outcome:
    with outbox.following(indexed.user_id) as letters, moving(indexed.user_id):
        topup = _credited_topup(indexed)
        if topup is None:
            return Outcome.PARKED
        row = _row_of_refund(topup, refund)
        row.amount_cents = refund["amount"]
        if row.status not in FINAL_REFUND_STATUSES:
            row.status = str(refund.get("status") or "pending")
        row.updated_at = timezone.now()
        row.save()
        settle(topup, note=f"refund {refund['id']}", actor=row.actor, letters=letters)
    return Outcome.APPLIED


def apply_dispute(
    indexed: PaymentIndex, dispute: dict[str, Any], *, event_type: str, event_at: int, is_fresh: bool = False
) -> Outcome:
    with outbox.following(indexed.user_id) as letters, moving(indexed.user_id):
        topup = _credited_topup(indexed)
        if topup is None:
            return Outcome.PARKED
        row = Reversal.objects.filter(pk=dispute["id"]).first() or _new_row(topup, dispute["id"], "dispute")
        status = str(dispute.get("status") or "")
        decided = {row.status, status} & DECIDED_DISPUTE_STATUSES
        if len(decided) == 2 and not is_fresh:
            return Outcome.ASK_STRIPE
        if is_fresh or row.status not in DECIDED_DISPUTE_STATUSES:
            row.status = status
        row.amount_cents = max(row.amount_cents, dispute["amount"])
        withdrawn_at, reinstated_at = funds_moved_at(dispute, event_type, event_at)
        row.funds_withdrawn_at = max(row.funds_withdrawn_at, withdrawn_at)
        row.funds_reinstated_at = max(row.funds_reinstated_at, reinstated_at)
        row.updated_at = timezone.now()
        row.save()
        settle(topup, note=f"dispute {dispute['id']} {row.status}", actor="stripe", letters=letters)
    return Outcome.APPLIED


def settle(topup: Topup, *, note: str, actor: str, letters: outbox.Letters | None = None) -> None:
    """Writes the difference between what a top-up's reversals take and what they took before; no line if none."""
    change_cents = topup.taken_cents - target_cents(topup)
    if change_cents == 0:
        return
    topup.settled_count += 1
    topup.taken_cents -= change_cents
    moved = ledger.settle_reversal(
        topup_id=topup.id,
        number=topup.settled_count,
        change_cents=change_cents,
        payment_id=topup.payment_intent_id,
        actor=actor,
        note=note,
    )
    topup.save()
    if letters is not None:
        facts = {"change_cents": change_cents, "balance_cents": moved.balance_cents, "kind": note.split()[0]}
        letters.put("reversal", cause=f"reversal:{topup.id}:{topup.settled_count}", facts=facts)


def target_cents(topup: Topup, *, and_cents: int = 0) -> int:
    """Credits that the refunds and disputes of a paid top-up take (and `and_cents` more would take), in proportion,
    never more than it gave."""
    assert topup.paid_cents
    returned_cents = and_cents + sum(row.amount_cents for row in topup.reversals.all() if takes(row))
    return min(topup.credits, topup.credits * returned_cents // topup.paid_cents)


def takes(row: Reversal) -> bool:
    if row.kind == Reversal.Kind.REFUND:
        return row.status not in FINAL_REFUND_STATUSES
    if row.status in DECIDED_DISPUTE_STATUSES:
        return row.status == "lost"
    return row.funds_withdrawn_at > row.funds_reinstated_at


def _without_credit(thing: dict[str, Any], payment_intent_id: str) -> Outcome:
    """A payment that gave no credits: parked until it does, unless an operator gives it back instead."""
    if not unmatched.is_refunded(payment_intent_id):
        return Outcome.PARKED
    if thing["object"] == "refund" and thing.get("status") in FINAL_REFUND_STATUSES:
        unmatched.reopen(thing)
    return Outcome.APPLIED


def _credited_topup(indexed: PaymentIndex) -> Topup | None:
    return Topup.objects.filter(pk=indexed.topup_id, status=Topup.Status.PAID).first()


def _row_of_refund(topup: Topup, refund: dict[str, Any]) -> Reversal:
    """The refund's row; an operator's intent that Stripe has now named becomes it, even one given up as refused."""
    row = Reversal.objects.filter(pk=refund["id"]).first()
    form_id = (refund.get("metadata") or {}).get("form_id")
    if row is None and isinstance(form_id, str):
        intent = Reversal.objects.filter(form_id=form_id, topup=topup, status__in=(INTENT, REFUSED))
        if intent.update(id=refund["id"], status="pending"):
            row = Reversal.objects.get(pk=refund["id"])
    return row or _new_row(topup, refund["id"], "refund")


def _new_row(topup: Topup, stripe_id: str, kind: str) -> Reversal:
    now = timezone.now()
    return Reversal(
        id=stripe_id, topup=topup, kind=kind, status="", amount_cents=0, created_at=now, updated_at=now
    )


def funds_moved_at(dispute: dict[str, Any], event_type: str, event_at: int) -> tuple[int, int]:
    """When the funds last left and last came back (Unix seconds, 0 = never), from the event and the object."""
    withdrawn_at = event_at if event_type == "charge.dispute.funds_withdrawn" else 0
    reinstated_at = event_at if event_type == "charge.dispute.funds_reinstated" else 0
    for movement in dispute.get("balance_transactions") or []:
        facts = [movement.get(name) for name in ("amount", "created")] if isinstance(movement, dict) else []
        if not facts or any(type(fact) is not int for fact in facts):
            continue  # an id: the event itself says what moved
        if movement["amount"] < 0:
            withdrawn_at = max(withdrawn_at, movement["created"])
        elif movement["amount"] > 0:  # 0: a fee alone
            reinstated_at = max(reinstated_at, movement["created"])
    return withdrawn_at, reinstated_at
