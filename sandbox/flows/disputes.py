"""The life of a dispute: opened, funds withdrawn, reinstated, won or lost; or an inquiry that ends as one."""

from typing import Any

from sandbox import store
from sandbox.errors import refused
from sandbox.events import emit, emit_update
from sandbox.flows.payments import card_of
from sandbox.shapes.balance import new_balance_transaction
from sandbox.shapes.dispute import new_dispute
from sandbox.store import StripeDict

FEE_CENTS = 1500
CLOSED = {"won", "lost", "warning_closed"}


def follow_payment(intent: StripeDict) -> None:
    """The disputing test cards dispute what was just paid."""
    charge = store.load(intent["latest_charge"], "charge")
    card = card_of(charge)
    if card is not None and card.dispute is not None:
        open_dispute(charge, status=card.dispute)


def open_dispute(
    charge: StripeDict,
    *,
    status: str = "needs_response",
    amount_cents: int | None = None,
    reason: str = "fraudulent",
    withdraw_funds: bool = True,
) -> StripeDict:
    """Stripe withdraws the money of a dispute at once, and none for an inquiry (`warning_…`)."""
    if charge["status"] != "succeeded":
        raise refused(f"Charge {charge['id']} was not paid; it cannot be disputed.")
    if amount_cents is not None and not 0 < amount_cents <= charge["amount"]:
        raise refused("A dispute takes at least one cent and at most what was paid.", param="amount")
    dispute = store.save(new_dispute(charge, status, amount_cents or charge["amount"], reason))
    takes = withdraw_funds and not status.startswith("warning_")
    if takes:
        _book(dispute, -dispute["amount"], FEE_CENTS)
    emit("charge.dispute.created", dispute)
    if takes:
        emit("charge.dispute.funds_withdrawn", dispute)
    if not charge["disputed"]:
        emit_update("charge.updated", charge, disputed=True)
    return dispute


def withdraw(dispute: StripeDict) -> StripeDict:
    _book(dispute, -dispute["amount"], FEE_CENTS)
    emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def reinstate(dispute: StripeDict) -> StripeDict:
    _book(dispute, dispute["amount"], 0)
    emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def escalate(dispute: StripeDict) -> StripeDict:
    """An inquiry becomes a dispute."""
    if not dispute["status"].startswith("warning_"):
        raise refused("Only an inquiry can be escalated.")
    emit_update("charge.dispute.updated", dispute, status="needs_response", is_charge_refundable=False)
    return withdraw(dispute)


def submit(dispute: StripeDict, **changed: Any) -> StripeDict:
    """Evidence is in, the bank reviews."""
    _demand_unclosed(dispute)
    status = "warning_under_review" if dispute["status"].startswith("warning_") else "under_review"
    emit_update("charge.dispute.updated", dispute, status=status, **changed)
    return dispute


def win(dispute: StripeDict, *, reinstate_funds: bool = True) -> StripeDict:
    _close(dispute, "won")
    if reinstate_funds and _balance_cents(dispute) < 0:
        reinstate(dispute)
    return dispute


def lose(dispute: StripeDict) -> StripeDict:
    if _balance_cents(dispute) == 0:
        withdraw(dispute)
    return _close(dispute, "lost")


def close_inquiry(dispute: StripeDict) -> StripeDict:
    if not dispute["status"].startswith("warning_"):
        raise refused("Only an inquiry ends as warning_closed.")
    return _close(dispute, "warning_closed")


def _close(dispute: StripeDict, status: str) -> StripeDict:
    _demand_unclosed(dispute)
    emit_update("charge.dispute.closed", dispute, status=status)
    return dispute


def _demand_unclosed(dispute: StripeDict) -> None:
    if dispute["status"] in CLOSED:
        raise refused(f"This dispute is already closed ({dispute['status']}).")


def _balance_cents(dispute: StripeDict) -> int:
    return sum(item["amount"] for item in dispute["balance_transactions"])


def _book(dispute: StripeDict, amount_cents: int, fee_cents: int) -> None:
    booked = store.save(new_balance_transaction(dispute, "adjustment", amount_cents, fee_cents))
    dispute["balance_transactions"] = [*dispute["balance_transactions"], booked]
    store.save(dispute)
