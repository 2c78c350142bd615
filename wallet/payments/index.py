"""Which user a payment belongs to. Lives in `default`, written before the credit, never holds a balance."""

from typing import Any

from reelballers.one_writer import one_writer
from wallet import payers
from wallet.shared.models import PaymentIndex
from wallet.stripe import api as stripe_api
from wallet.stripe.api import StripeRefused, id_of


def remember(
    row: PaymentIndex | None, *, user_id: str, topup_id: str, session: dict[str, Any], amount_cents: int
) -> PaymentIndex:
    """Makes sure that the index knows this session and, once Stripe has made one, its payment intent.

    `row` is what `of_session` found.
    """
    payment_intent_id = id_of(session.get("payment_intent"))
    if row is None:
        facts = {
            "user_id": user_id,
            "topup_id": topup_id,
            "payment_intent_id": payment_intent_id,
            "amount_cents": amount_cents,
            "livemode": session["livemode"],
        }
        with one_writer():
            row, _ = PaymentIndex.objects.get_or_create(session_id=session["id"], defaults=facts)
    learned = {"payment_intent_id": payment_intent_id, "payer_hmac": _payer_hmac(session)}
    changed = [name for name, value in learned.items() if value and getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, learned[name])
        with one_writer():
            row.save(update_fields=changed)
    return row


def give_to(*, user_id: str, topup_id: str, session: dict[str, Any], amount_cents: int) -> None:
    """Points a payment at a wallet by an operator's decision, whoever had it before."""
    facts = {
        "user_id": user_id,
        "topup_id": topup_id,
        "payment_intent_id": id_of(session.get("payment_intent")),
        "payer_hmac": _payer_hmac(session),
        "amount_cents": amount_cents,
        "livemode": session["livemode"],
        "erased_at": None,
    }
    known = of_session(session)  # perhaps under its payment intent: an adopted wallet knew no more
    pk = known.pk if known is not None else session["id"]
    PaymentIndex.objects.update_or_create(session_id=pk, defaults=facts)


def of_session(session: dict[str, Any]) -> PaymentIndex | None:
    row = PaymentIndex.objects.filter(session_id=session["id"]).first()
    return row or of_payment_intent(id_of(session.get("payment_intent")))


def of_payment_intent(payment_intent_id: str | None) -> PaymentIndex | None:
    if not payment_intent_id:
        return None
    return PaymentIndex.objects.filter(payment_intent_id=payment_intent_id).first()


def owner_of(session: dict[str, Any], indexed: PaymentIndex | None) -> str | None:
    """Whose payment this is by the index, else by its metadata; None if it is not ours at all."""
    metadata = session.get("metadata") or {}
    if indexed is not None:
        return indexed.user_id
    return str(metadata["user_id"]) if is_ours(metadata) else None


def is_ours(metadata: dict[str, Any]) -> bool:
    return bool(metadata.get("user_id") and metadata.get("credits"))


def whose_payment(payment_intent_id: str) -> tuple[str, list[dict[str, Any]]] | None:
    """Asks Stripe: (user, the payment's Checkout Sessions), or None if it is not ours.

    The intent alone does not tell: an adopted wallet's payment may be known by its session only.
    """
    try:
        intent = stripe_api.retrieve_payment_intent(payment_intent_id)
        sessions = stripe_api.sessions_of(payment_intent_id)
    except StripeRefused as refused:
        if refused.http_status == 404:
            return None
        raise
    owners = [owner_of(session, of_session(session)) for session in sessions]
    owners.append(owner_of(intent, of_payment_intent(payment_intent_id)))
    user_id = next((owner for owner in owners if owner is not None), None)
    return None if user_id is None else (user_id, sessions)


def _payer_hmac(session: dict[str, Any]) -> str:
    return payers.hmac_of(payers.address_in(session))
