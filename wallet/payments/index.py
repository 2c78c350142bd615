"""Which user a payment belongs to. Lives in `default`, written before the credit, never holds a balance."""

from typing import Any

from reelballers.one_writer import one_writer
from wallet.shared.models import PaymentIndex
from wallet.stripe.api import id_of


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
    if payment_intent_id and row.payment_intent_id != payment_intent_id:
        row.payment_intent_id = payment_intent_id
        with one_writer():
            row.save(update_fields=["payment_intent_id"])
    return row


def give_to(*, user_id: str, topup_id: str, session: dict[str, Any], amount_cents: int) -> None:
    """Points a payment at a wallet by an operator's decision, whoever had it before."""
    facts = {
        "user_id": user_id,
        "topup_id": topup_id,
        "payment_intent_id": id_of(session.get("payment_intent")),
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
