"""The life of a refund: pending or requires_action, then succeeded, failed or canceled."""

from typing import Any

from sandbox import store
from sandbox.errors import invalid, refused
from sandbox.events import emit, emit_update
from sandbox.flows.payments import card_of
from sandbox.flows.planning import forget, plan
from sandbox.shapes.balance import new_balance_transaction
from sandbox.shapes.refund import new_refund, reference
from sandbox.store import StripeDict

DEAD = {"failed", "canceled"}
LATER_MS = 3000  # when a refund of the asynchronous test cards changes its mind


def create(charge: StripeDict, params: dict[str, Any], status: str | None = None) -> StripeDict:
    """Refund all or part of a charge. `status` overrides what its card would lead to."""
    amount_cents = _refundable(charge, params.get("amount"))
    card = card_of(charge)
    fate = card.refund if card else "pending"
    refund = store.save(new_refund(charge, amount_cents, status or _first_status(fate), params))
    _book(refund)
    emit("refund.created", refund)
    _recount(charge)
    emit("charge.refunded", charge, {"amount_refunded": charge["amount_refunded"] - amount_cents})
    if refund["status"] == "succeeded" and fate != "failed":
        _tell_update(refund, destination_details=reference(refund["id"]))
    if status is None and fate in {"failed", "pending"}:
        plan("fail_refund" if fate == "failed" else "complete_refund", refund["id"], LATER_MS)
    return refund


def complete(refund_id: str) -> StripeDict:
    refund = _live(refund_id, "pending", "requires_action")
    _tell_update(refund, status="succeeded", pending_reason=None)
    return refund


def fail(refund_id: str, reason: str = "lost_or_stolen_card") -> StripeDict:
    """The bank sends the money back: the charge is less refunded than it was."""
    refund = _live(refund_id, "pending", "requires_action", "succeeded")
    returned = _return(refund)
    _tell_update(refund, status="failed", failure_reason=reason, failure_balance_transaction=returned)
    emit("refund.failed", refund)
    return refund


def cancel(refund_id: str) -> StripeDict:
    refund = _live(refund_id, "pending", "requires_action")
    returned = _return(refund)
    _tell_update(refund, status="canceled", failure_balance_transaction=returned, next_action=None)
    return refund


def _first_status(fate: str) -> str:
    return "pending" if fate == "pending" else "succeeded"


def _refundable(charge: StripeDict, amount_cents: int | None) -> int:
    """How much to refund; Stripe's refusals for too much, twice, or a disputed charge."""
    left_cents = charge["amount"] - charge["amount_refunded"]
    if charge["status"] != "succeeded":
        raise refused(f"Charge {charge['id']} was not paid; it cannot be refunded.", "charge_not_refundable")
    if any(not dispute["is_charge_refundable"] for dispute in _undecided(charge)):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise refused(message, "charge_disputed")
    if left_cents == 0:
        raise refused(f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
    if amount_cents is None:
        return left_cents
    if amount_cents < 1:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount_cents > left_cents:
        message = f"Refund amount (${amount_cents / 100:.2f}) is greater than unrefunded amount on charge"
        raise refused(f"{message} (${left_cents / 100:.2f})", param="amount")
    return amount_cents


def _undecided(charge: StripeDict) -> list[StripeDict]:
    return [found for found in store.find("dispute", charge=charge["id"]) if found["status"] != "won"]


def _live(refund_id: str, *statuses: str) -> StripeDict:
    refund = store.load(refund_id, "refund")
    if refund["status"] not in statuses:
        raise refused(
            f"This refund has a status of {refund['status']}; it must be one of {', '.join(statuses)}."
        )
    forget(refund_id, "fail_refund")
    forget(refund_id, "complete_refund")
    return refund


def _tell_update(refund: StripeDict, **changed: Any) -> None:
    previous = {name: refund[name] for name in changed}
    emit_update("refund.updated", refund, **changed)
    emit("charge.refund.updated", refund, previous)
    if refund["status"] in DEAD:
        charge = store.load(refund["charge"], "charge")
        before = {name: charge[name] for name in ("amount_refunded", "refunded")}
        _recount(charge)
        emit("charge.updated", charge, before)


def _recount(charge: StripeDict) -> None:
    live = [found for found in store.find("refund", charge=charge["id"]) if found["status"] not in DEAD]
    total_cents = sum(found["amount"] for found in live)
    charge |= {"amount_refunded": total_cents, "refunded": total_cents == charge["amount"]}
    store.save(charge)


def _book(refund: StripeDict) -> None:
    booked = store.save(new_balance_transaction(refund, "refund", -refund["amount"]))
    store.save(refund | {"balance_transaction": booked["id"]})
    refund["balance_transaction"] = booked["id"]


def _return(refund: StripeDict) -> str:
    booked: StripeDict = store.save(new_balance_transaction(refund, "refund_failure", refund["amount"]))
    return str(booked["id"])
