"""Settling a paid session that fits nothing: credit a wallet, or give all of it back at Stripe."""

from typing import Any

from operators.acts.kind import ActRefused, Ended, Kind, Look, State, balance_cents, refuse_closed
from operators.models import OperatorAct
from operators.words import credits, dollars, short
from reelballers.redaction import redacted
from reelballers.user_db import user_db
from wallet.errors import AlreadyDecided, NotCreditable, NotRefundable
from wallet.models import LedgerEntry
from wallet.payments import decisions
from wallet.shared.models import UnmatchedPayment

Case = UnmatchedPayment.State


def payer_of(payment: UnmatchedPayment) -> str:
    """The address given at Checkout. Nobody proved that it is theirs."""
    details: Any = payment.facts.get("customer_details") or {}
    return str(details.get("email") or payment.facts.get("customer_email") or "")


def _case(act: OperatorAct) -> UnmatchedPayment:
    found = UnmatchedPayment.objects.filter(pk=act.of).first()
    if found is None:
        raise ActRefused("There is no such unmatched payment.")
    return found


def _look(act: OperatorAct) -> Look:
    case = _case(act)
    if case.state != Case.OPEN:
        raise ActRefused(f"This payment is {case.state} already, by {case.decided_by}.")
    paid = f"{dollars(case.amount_cents)} {case.currency.upper()} paid by {payer_of(case) or 'an unknown address'}."
    why = f"Why it fits nothing: {redacted(case.why)}"
    if act.how == "refund":
        if case.payment_intent_id is None:
            raise ActRefused("Its session names no payment: give it back in Stripe's dashboard.")
        before_cents = balance_cents(act.user_id) if act.user_id else None
        return Look(before_cents, before_cents, (paid, why, "All of it goes back; no wallet changes."))
    if not act.user_id:
        raise ActRefused("Open the wallet that is to get it, and settle the payment there.")
    refuse_closed(act.user_id)
    if (not_so := decisions.why_not_creditable(case, act.user_id)) is not None:
        raise ActRefused(f"This cannot be credited: {not_so}.")
    before_cents = balance_cents(act.user_id)
    return Look(before_cents, before_cents + (case.amount_cents or 0), (paid, why), _strangers(act, case))


def _strangers(act: OperatorAct, case: UnmatchedPayment) -> tuple[str, ...]:
    if case.claimed_user_id in {"", act.user_id}:
        return ()
    return (
        f"The payment says it belongs to wallet {short(case.claimed_user_id)}, and this is another. "
        "Be sure that the payer is this visitor.",
    )


def _settle(act: OperatorAct) -> Ended:
    try:
        return _give_back(act) if act.how == "refund" else _credit(act)
    except AlreadyDecided as error:
        raise ActRefused(f"This payment is {error.state} already, by {error.decided_by}.") from None
    except NotCreditable as error:
        raise ActRefused(f"This cannot be credited: {error.why}.") from None
    except NotRefundable as error:
        raise ActRefused(f"This cannot be refunded: {error.why}.") from None


def _credit(act: OperatorAct) -> Ended:
    decisions.credit(session_id=act.of, user_id=act.user_id, actor=act.operator, reason=act.reason)
    with user_db(act.user_id):
        line = LedgerEntry.objects.get(reference=f"topup:{act.of}")
    before_cents = line.balance_after_cents - line.change_cents
    return Ended(
        f"{credits(line.change_cents)} credited.", State.DONE, before_cents, line.balance_after_cents
    )


def _give_back(act: OperatorAct) -> Ended:
    case = decisions.give_back(session_id=act.of, actor=act.operator, reason=act.reason)
    if case.state == Case.REFUNDED:
        return Ended(f"{dollars(case.amount_cents)} refunded at Stripe.")
    if case.state == Case.OPEN:
        raise ActRefused(f"Stripe refused the refund: {redacted(case.last_error)}")
    return Ended("Stripe has not answered; the worker goes on asking.", State.DOING)


UNMATCHED_SETTLE = Kind(
    title="Settle an unmatched payment",
    permission="operators.refund_payments",
    button=lambda act: "Refund all of it at Stripe" if act.how == "refund" else "Credit it to this wallet",
    look=_look,
    do=_settle,
)
