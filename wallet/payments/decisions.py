"""What an operator decides about a payment that fits nothing: credited to a wallet, or given back, once, one way.

The choice is fixed in the case by compare-and-set before anything happens; from then on the worker can finish it.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from reelballers.user_db import has_user_db, user_db
from wallet.errors import AlreadyDecided, NotCreditable, NotRefundable
from wallet.models import Topup
from wallet.payments import index as payment_index
from wallet.payments.crediting import credit_case
from wallet.payments.fulfil import fulfil, has_wallet
from wallet.payments.unmatched import SYSTEM, State, form_id_of, set_state
from wallet.shared.models import InboxEvent, UnmatchedPayment
from wallet.stripe import ask_refund
from wallet.stripe.api import StripeRefused, StripeUnavailable

logger = logging.getLogger(__name__)

Outcome = InboxEvent.Outcome

_DONE = {State.CREDITING: State.CREDITED, State.REFUNDING: State.REFUNDED}


def credit(*, session_id: str, user_id: str, actor: str, reason: str) -> None:
    """Credits the payment to this wallet. Raises NotCreditable, AlreadyDecided."""
    row = UnmatchedPayment.objects.get(pk=session_id)
    if row.state == State.OPEN and (why := why_not_creditable(row, user_id)) is not None:
        raise NotCreditable(why)
    row = _decide(session_id, State.CREDITING, actor=actor, reason=reason, user_id=user_id)
    credit_case(row, row.facts)


def give_back(*, session_id: str, actor: str, reason: str) -> UnmatchedPayment:
    """Gives the payment back at Stripe; the row's state says whether that is done.

    Raises NotRefundable, AlreadyDecided.
    """
    if UnmatchedPayment.objects.get(pk=session_id).payment_intent_id is None:  # a subscription's session
        raise NotRefundable("its session names no payment; give it back in Stripe's dashboard")
    row = _decide(session_id, State.REFUNDING, actor=actor, reason=reason)
    if row.state == State.REFUNDING:
        _ask(row, is_first=not row.last_error)
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
            set_state(row.pk, State(row.state), last_error=f"{type(error).__name__}: {error}")


def _finish(row: UnmatchedPayment) -> None:
    if row.state == State.REFUNDING:
        return _ask(row, is_first=False)
    if not has_wallet(row.decided_for_user_id):
        why: str | None = "the wallet it was meant for is no longer there"
    elif row.decided_by == SYSTEM:
        why = "it no longer fits" if fulfil(row.facts) == Outcome.UNMATCHED else None
    elif (why := _credited_elsewhere(row)) is None:
        return credit_case(row, row.facts)
    if why is not None:  # nothing was credited, and nothing will be: an operator decides anew
        set_state(row.pk, State.CREDITING, state=State.OPEN, last_error=why)
    return None


def _decide(
    session_id: str, state: "UnmatchedPayment.State", *, actor: str, reason: str, user_id: str = ""
) -> UnmatchedPayment:
    facts = {"decided_by": actor, "decided_for_user_id": user_id, "reason": reason, "last_error": ""}
    set_state(session_id, State.OPEN, state=state, decided_at=timezone.now(), **facts)
    row = UnmatchedPayment.objects.get(pk=session_id)
    if row.state not in {state, _DONE[state]} or row.decided_for_user_id != user_id:
        raise AlreadyDecided(state=row.state, decided_by=row.decided_by)
    return row


def why_not_creditable(row: UnmatchedPayment, user_id: str) -> str | None:
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


def _ask(row: UnmatchedPayment, *, is_first: bool) -> None:
    assert row.payment_intent_id
    assert row.decided_at
    try:
        ask_refund.ask(
            payment_intent_id=row.payment_intent_id,
            amount_cents=None,
            form_id=form_id_of(row),
            decided_at=row.decided_at,
            is_first=is_first,
        )
    except StripeRefused as refused:
        is_back = refused.code == "charge_already_refunded"
        state = State.REFUNDED if is_back else State.OPEN
        set_state(row.session_id, State.REFUNDING, state=state, last_error=str(refused))
    except StripeUnavailable as unknown:
        set_state(row.session_id, State.REFUNDING, last_error=str(unknown) or "no answer")
    else:
        set_state(row.session_id, State.REFUNDING, state=State.REFUNDED, last_error="")
