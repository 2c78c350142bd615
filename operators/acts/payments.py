"""Giving a payment back at Stripe, and what repairs a payment that is not here as it is there."""

from operators.acts.kind import (
    VISITOR_READS,
    ActRefused,
    Ended,
    Kind,
    Look,
    State,
    balance_cents,
    guard,
)
from operators.models import OperatorAct
from operators.words import credits, dollars
from reelballers.redaction import redacted
from reelballers.user_db import user_db
from wallet import ledger
from wallet.errors import PaymentNotRefundable
from wallet.models import Reversal, Topup
from wallet.payments import events, refunds
from wallet.payments.reversals import FINAL_REFUND_STATUSES, INTENT, REFUSED
from wallet.payments.sync import sync_topup
from wallet.shared.models import InboxEvent
from wallet.stripe.api import StripeRefused, StripeUnavailable

# --- Refund of a payment ----------------------------------------------------------------------------------------


def _paid_topup(act: OperatorAct) -> Topup:
    """Inside the wallet's context."""
    topup = Topup.objects.filter(pk=act.of, status=Topup.Status.PAID).first()
    if topup is None:
        raise ActRefused("This wallet has no such paid top-up.")
    return topup


def _look_refund(act: OperatorAct) -> Look:
    assert act.amount_cents, act
    with user_db(act.user_id):
        topup = _paid_topup(act)
        left_cents = refunds.refundable(topup).refundable_cents
        if act.amount_cents > left_cents:
            raise ActRefused(f"At most {dollars(left_cents)} of this payment can still go back.")
        change_cents = refunds.balance_after(topup, act.amount_cents) - ledger.balance_cents()
    before_cents = balance_cents(act.user_id)
    part = f"{dollars(act.amount_cents)} of {dollars(topup.paid_cents)}"
    goes = f"{part} go back the way they came; Stripe keeps its fee."
    return Look(before_cents, before_cents + change_cents, (goes,))


def _refund(act: OperatorAct) -> Ended:
    assert act.amount_cents, act
    seen: dict[str, int] = {}

    def check(change_cents: int) -> None:
        seen["before_cents"] = balance_cents(act.user_id)
        seen["after_cents"] = seen["before_cents"] + change_cents
        guard(act, seen["after_cents"])

    try:
        row = refunds.refund_payment(
            user_id=act.user_id,
            topup_id=act.of,
            amount_cents=act.amount_cents,
            form_id=act.id,
            actor=act.operator,
            note=act.reason,
            check=check,
        )
    except PaymentNotRefundable as error:
        left = dollars(error.refundable_cents)
        raise ActRefused(f"At most {left} of this payment can still go back.") from None
    state, said = _how_it_stands(row)
    if state == State.REFUSED:  # the credits are back: nothing is left of it
        seen["after_cents"] = seen.get("before_cents", act.before_cents or 0)
    return Ended(said, state, **seen)


def _how_it_stands(row: Reversal) -> tuple[OperatorAct.State, str]:
    amount = f"Refund of {dollars(row.amount_cents)}"
    if row.status == INTENT:
        return (
            State.DOING,
            f"{amount}: Stripe has not answered. The credits are taken, the worker goes on asking.",
        )
    if row.status == REFUSED:
        return State.REFUSED, f"{amount} refused by Stripe, the credits are back. {redacted(row.note)}"
    if row.status in FINAL_REFUND_STATUSES:
        return State.REFUSED, f"{amount} {row.status} at the bank, the credits are back: {row.id}."
    return State.DONE, f"{amount} {row.status.replace('_', ' ')} at Stripe: {row.id}."


def refund_now(act: OperatorAct) -> str:
    """How a refund stands today, where that is no longer what its receipt says."""
    with user_db(act.user_id):
        row = Reversal.objects.filter(form_id=act.id).first()
    said = _how_it_stands(row)[1] if row is not None else act.said
    return said if said != act.said else ""


def _offer_refund(act: OperatorAct) -> int:
    """What the visitor has not spent of it; all that can still go back when nothing is left unspent."""
    with user_db(act.user_id):
        found = refunds.refundable(_paid_topup(act))
    return max(0, min(balance_cents(act.user_id), found.refundable_cents)) or found.refundable_cents


PAYMENT_REFUND = Kind(
    title="Refund a payment",
    permission="operators.refund_payments",
    button=lambda act: f"Refund {dollars(act.amount_cents)} at Stripe",
    look=_look_refund,
    do=_refund,
    who_reads=VISITOR_READS,
    amount_label="Cents to refund",
    offered_cents=_offer_refund,
)

# --- Reading at Stripe, applying again --------------------------------------------------------------------------


def _look_sync(act: OperatorAct) -> Look:
    with user_db(act.user_id):
        topup = Topup.objects.filter(pk=act.of).first()
    if topup is None:
        raise ActRefused("This wallet has no such top-up.")
    if not topup.session_id and not topup.payment_intent_id:
        raise ActRefused("Stripe never named this top-up: no page was opened, nothing can have been paid.")
    asks = "Stripe is asked about this payment, its refunds and disputes. What is paid is credited, once."
    return Look(balance_cents(act.user_id), None, (f"Here it is “{topup.status}”.", asks))


def _sync(act: OperatorAct) -> Ended:
    before_cents = balance_cents(act.user_id)
    with user_db(act.user_id):
        topup = Topup.objects.filter(pk=act.of).first()
    if topup is None:
        raise ActRefused("This wallet has no such top-up.")
    try:
        sync_topup(topup)
    except (StripeUnavailable, StripeRefused) as error:
        raise ActRefused(f"Stripe did not tell: {redacted(str(error))}. Nothing was changed.") from None
    with user_db(act.user_id):
        topup.refresh_from_db()
    after_cents = balance_cents(act.user_id)
    moved = (
        f"{credits(after_cents - before_cents)} moved."
        if after_cents != before_cents
        else "No credits moved."
    )
    return Ended(
        f"Read at Stripe; the top-up is “{topup.status}”. {moved}", State.DONE, before_cents, after_cents
    )


PAYMENT_SYNC = Kind(
    title="Read a payment at Stripe",
    permission="operators.repair_payments",
    button=lambda act: "Ask Stripe",
    look=_look_sync,
    do=_sync,
)


def _event(act: OperatorAct) -> InboxEvent:
    row = InboxEvent.objects.filter(pk=act.of).first()
    if row is None:
        raise ActRefused("There is no such event here.")
    return row


def _look_event(act: OperatorAct) -> Look:
    row = _event(act)
    stands = f"{row.type} of {row.received_at:%-d %b %Y, %H:%M} UTC: {row.get_outcome_display()}."
    error = (f"What stood in the way: {redacted(row.last_error)}",) if row.last_error else ()
    return Look(_known_balance(act), None, (stands, "Applying again is harmless if it was applied."), error)


def _reapply(act: OperatorAct) -> Ended:
    before_cents = _known_balance(act)
    try:
        outcome = events.apply(_event(act))
    except Exception as error:
        raise ActRefused(f"Not applied: {type(error).__name__}: {redacted(str(error))}") from error
    return Ended(f"Event: {outcome.label.lower()}.", State.DONE, before_cents, _known_balance(act))


def _known_balance(act: OperatorAct) -> int | None:
    return balance_cents(act.user_id) if act.user_id else None


EVENT_REAPPLY = Kind(
    title="Apply an event again",
    permission="operators.repair_payments",
    button=lambda act: "Apply it again",
    look=_look_event,
    do=_reapply,
)
