"""What a session, refund or dispute at Stripe has that we have not. Reads only."""

from typing import Any

from django.db import DatabaseError

from reelballers.user_db import user_db
from reelballers.user_db.errors import UserDatabaseError
from wallet.models import Reversal, Topup
from wallet.payments import index as payment_index
from wallet.payments import reversals, unmatched
from wallet.payments.fulfil import has_wallet, mismatch, topup_of
from wallet.shared.models import InboxEvent, UnmatchedPayment
from wallet.stripe.api import id_of

Outcome = InboxEvent.Outcome


def difference_of(thing: dict[str, Any]) -> tuple[str, str] | None:
    """(whose, what is missing here) for a thing of Stripe's, or None. Reads only.

    A wallet that cannot be read is a difference too: it must not keep the others from being compared.
    """
    try:
        return _session_fault(thing) if thing["object"] == "checkout.session" else _reversal_fault(thing)
    except (UserDatabaseError, DatabaseError) as error:
        return payment_index.owner_of(
            thing, payment_index.of_session(thing)
        ) or "", f"cannot be compared: {error}"


def _session_fault(session: dict[str, Any]) -> tuple[str, str] | None:
    indexed = payment_index.of_session(session)
    user_id = payment_index.owner_of(session, indexed)
    if user_id is None or session.get("payment_status") != "paid":
        return None
    if (indexed and indexed.erased_at) or not has_wallet(user_id):
        return _unmatched_fault(session, user_id, "paid by a user who no longer exists")
    topup = topup_of(user_id, session, indexed)
    if topup is not None and topup.status == Topup.Status.PAID:
        is_indexed = indexed is not None and indexed.payment_intent_id == id_of(session.get("payment_intent"))
        return None if is_indexed else (user_id, "credited, but not in the payment index")
    case = unmatched.case_of(session)
    is_decided = unmatched.is_credit_for(case, user_id)
    if not is_decided and (why := mismatch(topup, session, user_id)) is not None:
        return _unmatched_fault(session, user_id, why)
    if case is not None and case.state != UnmatchedPayment.State.OPEN and not is_decided:
        return None
    return user_id, f"paid {session['amount_total']} cents, not credited"


def _unmatched_fault(session: dict[str, Any], user_id: str, why: str) -> tuple[str, str] | None:
    case = unmatched.case_of(session)
    if case is not None and case.state != UnmatchedPayment.State.OPEN:
        return None
    return user_id, f"unmatched, waits for an operator: {why}"


def _reversal_fault(thing: dict[str, Any]) -> tuple[str, str] | None:
    payment_intent_id = id_of(thing.get("payment_intent"))
    indexed = payment_index.of_payment_intent(payment_intent_id)
    if indexed is None:
        return _orphan_fault(payment_intent_id)
    if indexed.erased_at or not has_wallet(indexed.user_id):
        return None
    with user_db(indexed.user_id):
        row = Reversal.objects.filter(pk=thing["id"]).first()
        if row is not None and _stands_as(row, thing):
            return None
        words = f"{thing['object']} of {thing['amount']} cents is {thing.get('status')} at Stripe"
        return indexed.user_id, f"{words}, here {row.status if row else 'unknown'}"


def _stands_as(row: Reversal, thing: dict[str, Any]) -> bool:
    """Whether our row takes what Stripe's object takes."""
    if row.kind == Reversal.Kind.REFUND:
        is_live = thing.get("status") not in reversals.FINAL_REFUND_STATUSES
        return row.amount_cents == thing["amount"] and reversals.takes(row) == is_live
    seen = reversals.funds_moved_at(thing, "", 0)
    known = (row.funds_withdrawn_at, row.funds_reinstated_at)
    is_up_to_date = all(ours >= theirs for ours, theirs in zip(known, seen, strict=True))
    decided = thing.get("status") if thing.get("status") in reversals.DECIDED_DISPUTE_STATUSES else None
    return is_up_to_date and (decided is None or row.status == decided)


def _orphan_fault(payment_intent_id: str | None) -> tuple[str, str] | None:
    """A refund or dispute of a payment we do not know: somebody else's, or one whose index row is lost."""
    if payment_intent_id is None or unmatched.is_refunded(payment_intent_id):
        return None
    events = InboxEvent.objects.filter(payment_intent_id=payment_intent_id)
    if events.filter(outcome=Outcome.FOREIGN).exists():
        return None
    found = payment_index.whose_payment(payment_intent_id)
    return (found[0], "its payment is ours and not in the payment index") if found else None
