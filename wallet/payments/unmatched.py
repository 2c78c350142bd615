"""Paid sessions that are ours but fit nothing: kept, and settled by an operator once, one way.

The choice is fixed in the row by compare-and-set before anything happens; from then on the worker can finish it.
"""

import hashlib
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from reelballers.user_db import has_user_db, user_db, user_transaction
from wallet.errors import AlreadyDecided, NotCreditable, NotRefundable
from wallet.models import Topup
from wallet.payments import index as payment_index
from wallet.payments import reversals
from wallet.shared.models import InboxEvent, UnmatchedPayment
from wallet.stripe import ask_refund
from wallet.stripe.api import StripeRefused, StripeUnavailable, id_of

logger = logging.getLogger(__name__)

Outcome = InboxEvent.Outcome
State = UnmatchedPayment.State

SYSTEM = "system"  # who decides about a payment that fits after all

_DONE = {State.CREDITING: State.CREDITED, State.REFUNDING: State.REFUNDED}


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
        _set_state(session["id"], State.OPEN, state=State.CREDITED, decided_at=timezone.now(), **decided)
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
    _set_state(case.pk, State.OPEN, state=State.CREDITING, decided_at=timezone.now(), **facts)
    case.refresh_from_db()
    return is_credit_for(case, user_id)


def close(case: UnmatchedPayment) -> None:
    """Its credit is in the wallet."""
    _set_state(case.pk, State.CREDITING, state=State.CREDITED, last_error="")


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
        if form_id == _form_id(row):
            said = f"refund {refund['id']} ended as {refund['status']}"
            _set_state(row.session_id, State.REFUNDED, state=State.OPEN, last_error=said)


def recall(refund: dict[str, Any]) -> None:
    """Notes again what an operator decided before `default` was lost: a live refund of ours tells of it."""
    form_id = str((refund.get("metadata") or {}).get("form_id"))
    if refund["object"] != "refund" or refund.get("status") in reversals.FINAL_REFUND_STATUSES:
        return
    payment_intent_id = id_of(refund.get("payment_intent"))
    for row in UnmatchedPayment.objects.filter(payment_intent_id=payment_intent_id, decided_at=None):
        prefix, _, seconds = form_id.rpartition("-")
        if prefix == f"unmatched-{row.session_id}" and seconds.isdecimal():
            decided_at = datetime.fromtimestamp(int(seconds), UTC)
            _set_state(row.session_id, State.OPEN, state=State.REFUNDED, decided_at=decided_at)


def credit(*, session_id: str, user_id: str, actor: str, reason: str) -> None:
    """Credits the payment to this wallet. Raises NotCreditable, AlreadyDecided."""
    row = UnmatchedPayment.objects.get(pk=session_id)
    if row.state == State.OPEN and (why := _not_creditable(row, user_id)) is not None:
        raise NotCreditable(why)
    row = _decide(session_id, State.CREDITING, actor=actor, reason=reason, user_id=user_id)
    finish_credit(row, row.facts)


def refund(*, session_id: str, actor: str, reason: str) -> UnmatchedPayment:
    """Gives the payment back at Stripe; the row's state says whether that is done.

    Raises NotRefundable, AlreadyDecided.
    """
    if UnmatchedPayment.objects.get(pk=session_id).payment_intent_id is None:  # a subscription's session
        raise NotRefundable("its session names no payment; give it back in Stripe's dashboard")
    row = _decide(session_id, State.REFUNDING, actor=actor, reason=reason)
    if row.state == State.REFUNDING:
        _ask_refund(row, is_first=not row.last_error)
    row.refresh_from_db()
    return row


def finish_decided() -> None:
    """The worker's part: whatever was decided more than a minute ago and is not done."""
    before = timezone.now() - timedelta(minutes=1)
    for row in UnmatchedPayment.objects.filter(state__in=_DONE, decided_at__lt=before)[:20]:
        try:
            _finish(row)
        except Exception as error:  # noqa: BLE001 - one case must not stop the others
            logger.warning("unmatched payment %s: %s: %s", row.session_id, type(error).__name__, error)
            _set_state(row.pk, State(row.state), last_error=f"{type(error).__name__}: {error}")


def _finish(row: UnmatchedPayment) -> None:
    from wallet.payments.fulfil import fulfil, has_wallet

    if row.state == State.REFUNDING:
        return _ask_refund(row, is_first=False)
    if not has_wallet(row.decided_for_user_id):
        why: str | None = "the wallet it was meant for is no longer there"
    elif row.decided_by == SYSTEM:
        why = "it no longer fits" if fulfil(row.facts) == Outcome.UNMATCHED else None
    elif (why := _credited_elsewhere(row)) is None:
        return finish_credit(row, row.facts)
    if why is not None:  # nothing was credited, and nothing will be: an operator decides anew
        _set_state(row.pk, State.CREDITING, state=State.OPEN, last_error=why)
    return None


def _decide(
    session_id: str, state: "UnmatchedPayment.State", *, actor: str, reason: str, user_id: str = ""
) -> UnmatchedPayment:
    facts = {"decided_by": actor, "decided_for_user_id": user_id, "reason": reason, "last_error": ""}
    _set_state(session_id, State.OPEN, state=state, decided_at=timezone.now(), **facts)
    row = UnmatchedPayment.objects.get(pk=session_id)
    if row.state not in {state, _DONE[state]} or row.decided_for_user_id != user_id:
        raise AlreadyDecided(state=row.state, decided_by=row.decided_by)
    return row


def _set_state(session_id: str, expected: "UnmatchedPayment.State", **changes: Any) -> bool:
    return bool(UnmatchedPayment.objects.filter(pk=session_id, state=expected).update(**changes))


def _not_creditable(row: UnmatchedPayment, user_id: str) -> str | None:
    if not has_user_db(user_id):
        return "there is no wallet of this user"
    if row.currency != "usd" or not row.amount_cents or row.amount_cents < 0:
        return f"{row.amount_cents} {row.currency} are not credits; refund it instead"
    if row.facts.get("livemode") is not settings.STRIPE_LIVE_MODE:
        return "it was paid in Stripe's other mode"
    return _credited_elsewhere(row)


def _credited_elsewhere(row: UnmatchedPayment) -> str | None:
    """Who has this payment's credits already, in words; None if nobody has."""
    twins = UnmatchedPayment.objects.filter(payment_intent_id=row.payment_intent_id, state=State.CREDITED)
    if row.payment_intent_id and (twin := twins.exclude(pk=row.pk).first()) is not None:
        return f"it was credited to {twin.decided_for_user_id} under the name {twin.pk}"
    indexed = payment_index.of_session({"id": row.pk, "payment_intent": row.payment_intent_id})
    if indexed is None or indexed.user_id == row.decided_for_user_id or not has_user_db(indexed.user_id):
        return None
    with user_db(indexed.user_id):
        credited = Topup.objects.filter(pk=indexed.topup_id, status=Topup.Status.PAID)
        return f"it was credited to {indexed.user_id}" if credited.exists() else None


def finish_credit(row: UnmatchedPayment, session: dict[str, Any]) -> None:
    """The index, then the wallet, then the case; each step does nothing when it was done before."""
    from wallet.payments.fulfil import credit_session

    user_id = row.decided_for_user_id
    assert row.amount_cents
    with user_db(user_id):
        topup = Topup.objects.filter(session_id=row.session_id).first() or Topup(
            id=hashlib.sha256(row.session_id.encode()).hexdigest()[:24],
            created_at=row.created_at,
            livemode=session["livemode"],
        )
    payment_index.give_to(user_id=user_id, topup_id=topup.id, session=session, amount_cents=row.amount_cents)
    with user_transaction(user_id):
        topup = Topup.objects.filter(pk=topup.id).first() or topup
        if topup.status != Topup.Status.PAID:
            topup.credits = row.amount_cents
            credit_session(topup, session, actor=row.decided_by, note=row.reason)
    close(row)
    reversals.apply_parked(row.payment_intent_id)


def _ask_refund(row: UnmatchedPayment, *, is_first: bool) -> None:
    assert row.payment_intent_id
    assert row.decided_at
    try:
        ask_refund.ask(
            payment_intent_id=row.payment_intent_id,
            amount_cents=None,
            form_id=_form_id(row),
            decided_at=row.decided_at,
            is_first=is_first,
        )
    except StripeRefused as refused:
        is_back = refused.code == "charge_already_refunded"
        state = State.REFUNDED if is_back else State.OPEN
        _set_state(row.session_id, State.REFUNDING, state=state, last_error=str(refused))
    except StripeUnavailable as unknown:
        _set_state(row.session_id, State.REFUNDING, last_error=str(unknown) or "no answer")
    else:
        _set_state(row.session_id, State.REFUNDING, state=State.REFUNDED, last_error="")


def _form_id(row: UnmatchedPayment) -> str:
    """Another decision is another key at Stripe: a refusal is remembered there for a day."""
    return f"unmatched-{row.session_id}-{int(row.decided_at.timestamp()) if row.decided_at else 0}"
