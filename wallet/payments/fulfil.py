"""What a Checkout Session of Stripe's means for us: credited once, noted, foreign, or kept for an operator.

Webhook, landing page and reconciler all end in `fulfil`, which may see a session any number of times, in any order.
"""

import logging
from typing import Any

from mail import outbox
from reelballers.models import User
from reelballers.user_db import UserDatabaseMissing, has_user_db, user_db, user_transaction
from reelballers.user_db.paths import is_user_id
from wallet.letters import receipt_facts
from wallet.models import Topup
from wallet.moving import moving
from wallet.payments import index as payment_index
from wallet.payments import unmatched
from wallet.payments.crediting import credit_case, credit_session
from wallet.payments.parked import apply_parked
from wallet.shared.models import InboxEvent, PaymentIndex, UnmatchedPayment
from wallet.stripe.api import id_of

logger = logging.getLogger(__name__)

Outcome = InboxEvent.Outcome


def fulfil(session: dict[str, Any], *, failed: bool = False) -> Outcome:
    """Brings our side to what a session says; credits it once if it is paid.

    `failed` is what only the event async_payment_failed knows. Raises UserDatabaseMissing for a known user whose
    file is not there: the caller answers 5xx and Stripe asks again.
    """
    indexed = payment_index.of_session(session)
    user_id = payment_index.owner_of(session, indexed)
    if user_id is None:
        return Outcome.FOREIGN
    is_paid = session.get("payment_status") == "paid"
    if (indexed and indexed.erased_at) or not has_wallet(user_id):
        return unmatched.keep(session, user_id, "the user no longer exists") if is_paid else Outcome.APPLIED
    topup = topup_of(user_id, session, indexed)
    if not is_paid:
        _note_unpaid(user_id, topup, session, failed=failed)
        return Outcome.APPLIED
    case = unmatched.case_of(session)
    is_credited = topup is not None and topup.status == Topup.Status.PAID
    if case is not None and not is_credited and _is_operators_credit(case, user_id):
        credit_case(case, session)
        return Outcome.APPLIED
    if not is_credited and (why := mismatch(topup, session, user_id)) is not None:
        return unmatched.keep(session, user_id, why)
    if case is not None and not unmatched.take_up(case, user_id) and not is_credited:
        return Outcome.UNMATCHED
    assert topup is not None
    payment_index.remember(
        indexed, user_id=user_id, topup_id=topup.id, session=session, amount_cents=topup.credits
    )
    _credit(user_id, topup, session)
    if case is not None:
        unmatched.close(case)
    apply_parked(id_of(session.get("payment_intent")))
    return Outcome.APPLIED


def has_wallet(user_id: str) -> bool:
    """A user exists as long as the file does. Raises UserDatabaseMissing for a registered user's missing file."""
    if not is_user_id(user_id):
        return False
    if has_user_db(user_id):
        return True
    if User.objects.filter(pk=user_id, wallet_created_at__isnull=False).exists():
        raise UserDatabaseMissing(f"the database of user {user_id} is missing")
    return False


def topup_of(user_id: str, session: dict[str, Any], indexed: PaymentIndex | None) -> Topup | None:
    """Our row of a session; where a restored file has lost it, one made again (not saved) from the index."""
    topup_id = (session.get("metadata") or {}).get("topup_id")
    payment_intent_id = id_of(session.get("payment_intent"))
    with user_db(user_id):
        found = Topup.objects.filter(session_id=session["id"]).first()
        nameless = Topup.objects.filter(session_id__isnull=True)
        if found is None and payment_intent_id:  # an adopted wallet's payment
            found = nameless.filter(payment_intent_id=payment_intent_id).first()
        if found is None and isinstance(topup_id, str):
            # The reply that told us the session's id was lost: the row still waits without one.
            found = nameless.filter(pk=topup_id).first()
    if found is None and indexed is not None and indexed.session_id == session["id"]:
        return Topup(
            id=indexed.topup_id,
            credits=indexed.amount_cents,
            livemode=indexed.livemode,
            created_at=indexed.created_at,
        )
    return found


def _is_operators_credit(case: UnmatchedPayment, user_id: str) -> bool:
    return unmatched.is_credit_for(case, user_id) and case.decided_by != unmatched.SYSTEM


def mismatch(topup: Topup | None, session: dict[str, Any], user_id: str) -> str | None:
    """Why a paid session does not fit our row, in words for an operator; None if it fits."""
    if topup is None:
        return "no top-up of this wallet started this session"
    expected = {
        "metadata.user_id": ((session.get("metadata") or {}).get("user_id"), user_id),
        "amount_subtotal": (session.get("amount_subtotal"), topup.credits),
        "currency": (session.get("currency"), topup.currency),
        "mode": (session.get("mode"), "payment"),
        "livemode": (session.get("livemode"), topup.livemode),
    }
    wrong = [f"{name} is {seen!r}, not {ours!r}" for name, (seen, ours) in expected.items() if seen != ours]
    if type(session.get("amount_total")) is not int or session["amount_total"] <= 0:
        wrong.append(f"amount_total is {session.get('amount_total')!r}")
    return "; ".join(wrong) or None


def _credit(user_id: str, seen: Topup, session: dict[str, Any]) -> None:
    if seen.status == Topup.Status.PAID and seen.payment_intent_id:
        return
    with outbox.following(user_id) as letters, moving(user_id):
        topup = Topup.objects.filter(pk=seen.pk).first() or seen
        if topup.status == Topup.Status.PAID:
            if topup.payment_intent_id is None:  # an adopted top-up that knew its session only
                topup.payment_intent_id = id_of(session.get("payment_intent"))
                topup.save()
            return
        credit_session(topup, session, actor="stripe")
        letters.put("receipt", cause=f"receipt:{topup.id}", facts=receipt_facts(topup))


def _note_unpaid(user_id: str, topup: Topup | None, session: dict[str, Any], *, failed: bool) -> None:
    status = _unpaid_status(session, failed=failed)
    if topup is None or status is None:
        return
    with user_transaction(user_id):
        stored = Topup.objects.filter(pk=topup.pk).first()
        if stored is not None and stored.raise_status(status):
            stored.session_id = session["id"]
            stored.save()


def _unpaid_status(session: dict[str, Any], *, failed: bool) -> Topup.Status | None:
    if failed:
        return Topup.Status.FAILED
    if session.get("status") == "expired":
        return Topup.Status.EXPIRED
    if session.get("status") != "complete":
        return None
    intent = session.get("payment_intent")
    is_refused = isinstance(intent, dict) and intent.get("status") in {"requires_payment_method", "canceled"}
    return Topup.Status.FAILED if is_refused else Topup.Status.PROCESSING
