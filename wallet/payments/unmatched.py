"""Paid sessions that are ours but fit nothing: kept as cases, for an operator to decide (decisions.py)."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from wallet.models import FINAL_REFUND_STATUSES
from wallet.shared.models import InboxEvent, UnmatchedPayment
from wallet.stripe.api import id_of

Outcome = InboxEvent.Outcome
State = UnmatchedPayment.State

SYSTEM = "system"  # who decides about a payment that fits after all


def case_of(session: dict[str, Any]) -> UnmatchedPayment | None:
    """The case of a session's payment, a decided one first.

    An adopted wallet knew its payment by the intent only: once erased, its case has that name.
    """
    named = Q(pk=session["id"])
    if payment_intent_id := id_of(session.get("payment_intent")):
        named |= Q(payment_intent_id=payment_intent_id)
    cases = list(UnmatchedPayment.objects.filter(named))
    return min(cases, key=lambda case: case.state == State.OPEN, default=None)


def keep(session: dict[str, Any], user_id: str, why: str) -> Outcome:
    """Keeps a paid session for an operator; never lost, never credited by itself."""
    known = case_of(session)
    if known is None:
        _open(session, user_id, why)
    elif known.pk != session["id"] and known.state == State.CREDITED:
        # A case of its own, opened before the other one was seen: its money has been credited.
        decided = {"decided_by": known.decided_by, "decided_for_user_id": known.decided_for_user_id}
        set_state(session["id"], State.OPEN, state=State.CREDITED, decided_at=timezone.now(), **decided)
    return Outcome.UNMATCHED


def _open(session: dict[str, Any], user_id: str, why: str) -> None:
    amount_cents = session.get("amount_total")
    UnmatchedPayment.objects.get_or_create(
        session_id=session["id"],
        defaults={
            "payment_intent_id": id_of(session.get("payment_intent")),
            "claimed_user_id": user_id[:64],
            "amount_cents": amount_cents if type(amount_cents) is int else None,
            "currency": str(session.get("currency") or "")[:10],
            "why": why,
            "facts": session,
        },
    )


def take_up(case: UnmatchedPayment, user_id: str) -> bool:
    """Whether a payment that now fits `user_id` by itself may be credited; then no operator can decide any more.

    The case ends with `close`, after the credit: whatever comes between leaves it unsettled, for everybody to see.
    """
    facts = {"decided_by": SYSTEM, "decided_for_user_id": user_id, "last_error": ""}
    set_state(case.pk, State.OPEN, state=State.CREDITING, decided_at=timezone.now(), **facts)
    case.refresh_from_db()
    return is_credit_for(case, user_id)


def close(case: UnmatchedPayment) -> None:
    """Its credit is in the wallet."""
    set_state(case.pk, State.CREDITING, state=State.CREDITED, last_error="")


def is_credit_for(case: UnmatchedPayment | None, user_id: str) -> bool:
    """Whether this wallet has got the payment, or is about to."""
    return (
        case is not None
        and case.state in {State.CREDITING, State.CREDITED}
        and case.decided_for_user_id == user_id
    )


def is_refunded(payment_intent_id: str | None) -> bool:
    """Whether a payment that never became credits went back, so that its refund takes none."""
    gone_back = UnmatchedPayment.objects.filter(state=State.REFUNDED)
    return bool(payment_intent_id) and gone_back.filter(payment_intent_id=payment_intent_id).exists()


def reopen(refund: dict[str, Any]) -> None:
    """The bank sent a refund of ours back: the payment waits for an operator again."""
    form_id = str((refund.get("metadata") or {}).get("form_id"))
    for row in UnmatchedPayment.objects.filter(
        payment_intent_id=id_of(refund["payment_intent"]), state=State.REFUNDED
    ):
        if form_id == form_id_of(row):
            said = f"refund {refund['id']} ended as {refund['status']}"
            set_state(row.session_id, State.REFUNDED, state=State.OPEN, last_error=said)


def recall(refund: dict[str, Any]) -> None:
    """Notes again what an operator decided before `default` was lost: a live refund of ours tells of it."""
    form_id = str((refund.get("metadata") or {}).get("form_id"))
    if refund["object"] != "refund" or refund.get("status") in FINAL_REFUND_STATUSES:
        return
    payment_intent_id = id_of(refund.get("payment_intent"))
    for row in UnmatchedPayment.objects.filter(payment_intent_id=payment_intent_id, decided_at=None):
        prefix, _, seconds = form_id.rpartition("-")
        if prefix == f"unmatched-{row.session_id}" and seconds.isdecimal():
            decided_at = datetime.fromtimestamp(int(seconds), UTC)
            set_state(row.session_id, State.OPEN, state=State.REFUNDED, decided_at=decided_at)


def set_state(session_id: str, expected: "UnmatchedPayment.State", **changes: Any) -> bool:
    return bool(UnmatchedPayment.objects.filter(pk=session_id, state=expected).update(**changes))


def form_id_of(row: UnmatchedPayment) -> str:
    """Another decision is another key at Stripe: a refusal is remembered there for a day."""
    return f"unmatched-{row.session_id}-{int(row.decided_at.timestamp()) if row.decided_at else 0}"
