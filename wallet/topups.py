"""Buying credits: from a row of ours over Stripe Checkout to one line in the ledger.

Webhook, landing page and reconciler all end in `fulfil`, which may see a session any number of times, in any
order, and credits it once.
"""

from typing import Any

from django.conf import settings
from django.utils import timezone

from reelballers.models import User
from reelballers.user_db import UserDatabaseMissing, has_user_db, user_db, user_transaction
from reelballers.user_db.paths import is_user_id
from wallet import ledger, payment_index, reversals, stripe_api
from wallet.errors import WalletFrozen
from wallet.models import Topup, Wallet
from wallet.shared.models import InboxEvent, UnmatchedPayment
from wallet.stripe_api import id_of

Outcome = InboxEvent.Outcome

# A status is only ever replaced by one further right: events arrive in any order, and paid is for ever.
_STATUS_ORDER = [
    Topup.Status.CREATED,
    Topup.Status.OPEN,
    Topup.Status.PROCESSING,
    Topup.Status.EXPIRED,
    Topup.Status.FAILED,
    Topup.Status.PAID,
]


def start_topup(*, user_id: str, amount_cents: int) -> Topup:
    """Opens a Checkout Session for `amount_cents`. Raises WalletFrozen, StripeUnavailable, StripeRefused."""
    with user_transaction(user_id):
        if Wallet.objects.get().is_frozen:
            raise WalletFrozen
        topup = Topup(credits=amount_cents, livemode=settings.STRIPE_LIVE_MODE, created_at=timezone.now())
        topup.save(force_insert=True)
    session = stripe_api.create_checkout_session(
        user_id=user_id,
        topup_id=topup.id,
        amount_cents=amount_cents,
        success_url=f"{settings.APP_URL}/success?session_id={{CHECKOUT_SESSION_ID}}",
        cancel_url=f"{settings.APP_URL}/cancel",
    )
    # Before the visitor can pay: a refund's webhook finds its owner by this row.
    payment_index.remember(user_id=user_id, topup_id=topup.id, session=session, amount_cents=amount_cents)
    with user_transaction(user_id):
        topup = Topup.objects.get(pk=topup.id)
        topup.session_id, topup.checkout_url = session["id"], session["url"]
        _raise_status(topup, Topup.Status.OPEN)
        topup.save()
    return topup


def refresh(*, user_id: str, topup: Topup) -> None:
    """Asks Stripe about a top-up that is not settled and fulfils it if it is paid.

    Raises StripeUnavailable, StripeRefused.
    """
    assert topup.session_id
    fulfil(stripe_api.retrieve_session(topup.session_id))


def fulfil(session: dict[str, Any], *, failed: bool = False) -> Outcome:
    """Brings our side to what a Checkout Session of Stripe's says; credits it once if it is paid.

    `failed` is what only the event async_payment_failed knows. Raises UserDatabaseMissing for a known user whose
    file is not there: the caller answers 5xx and Stripe asks again.
    """
    indexed = payment_index.of_session(session)
    metadata = session.get("metadata") or {}
    if indexed is None and not is_ours(metadata):
        return Outcome.FOREIGN
    user_id = indexed.user_id if indexed else str(metadata["user_id"])
    is_paid = session.get("payment_status") == "paid"
    if (indexed and indexed.erased_at) or not _has_wallet(user_id):
        return keep_unmatched(session, user_id, "the user no longer exists") if is_paid else Outcome.APPLIED
    with user_db(user_id):
        topup = _topup_of(session)
    if not is_paid:
        _note_unpaid(user_id, topup, session, failed=failed)
        return Outcome.APPLIED
    if (why := _mismatch(topup, session, user_id)) is not None:
        return keep_unmatched(session, user_id, why)
    assert topup is not None
    payment_index.remember(user_id=user_id, topup_id=topup.id, session=session, amount_cents=topup.credits)
    _credit(user_id, topup.id, session)
    reversals.apply_parked(id_of(session.get("payment_intent")))
    return Outcome.APPLIED


def is_ours(metadata: dict[str, Any]) -> bool:
    return bool(metadata.get("user_id") and metadata.get("credits"))


def keep_unmatched(session: dict[str, Any], user_id: str, why: str) -> Outcome:
    """Keeps a paid session that fits nothing of ours for an operator; never lost, never credited by itself."""
    UnmatchedPayment.objects.get_or_create(
        session_id=session["id"],
        defaults={
            "payment_intent_id": id_of(session.get("payment_intent")),
            "claimed_user_id": user_id[:64],
            "amount_cents": session.get("amount_total"),
            "currency": str(session.get("currency") or "")[:10],
            "why": why,
            "facts": session,
        },
    )
    return Outcome.UNMATCHED


def _has_wallet(user_id: str) -> bool:
    """A user exists as long as the file does. Raises UserDatabaseMissing for a registered user's missing file."""
    if not is_user_id(user_id):
        return False
    if has_user_db(user_id):
        return True
    if User.objects.filter(pk=user_id, wallet_created_at__isnull=False).exists():
        raise UserDatabaseMissing(f"the database of user {user_id} is missing")
    return False


def _topup_of(session: dict[str, Any]) -> Topup | None:
    topup = Topup.objects.filter(session_id=session["id"]).first()
    topup_id = (session.get("metadata") or {}).get("topup_id")
    if topup is None and isinstance(topup_id, str):
        # The reply that told us the session's id was lost: the row still waits without one.
        topup = Topup.objects.filter(pk=topup_id, session_id__isnull=True).first()
    return topup


def _mismatch(topup: Topup | None, session: dict[str, Any], user_id: str) -> str | None:
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
    if not isinstance(session.get("amount_total"), int) or session["amount_total"] <= 0:
        wrong.append(f"amount_total is {session.get('amount_total')!r}")
    return "; ".join(wrong) or None


def _credit(user_id: str, topup_id: str, session: dict[str, Any]) -> None:
    with user_transaction(user_id):
        topup = Topup.objects.get(pk=topup_id)
        payment_id = id_of(session.get("payment_intent"))
        ledger.credit_topup(session_id=session["id"], credits_cents=topup.credits, payment_id=payment_id)
        if topup.status == Topup.Status.PAID:
            return
        topup.status = Topup.Status.PAID
        topup.session_id = session["id"]
        topup.payment_intent_id = payment_id
        topup.paid_cents = session["amount_total"]
        topup.paid_at = timezone.now()
        topup.save()


def _note_unpaid(user_id: str, topup: Topup | None, session: dict[str, Any], *, failed: bool) -> None:
    status = _unpaid_status(session, failed=failed)
    if topup is None or status is None:
        return
    with user_transaction(user_id):
        topup = Topup.objects.get(pk=topup.id)
        topup.session_id = session["id"]
        if _raise_status(topup, status):
            topup.save()


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


def _raise_status(topup: Topup, status: Topup.Status) -> bool:
    if _STATUS_ORDER.index(status) <= _STATUS_ORDER.index(Topup.Status(topup.status)):
        return False
    topup.status = status
    return True
