"""Asks Stripe whose a payment is that our index does not know by its payment intent."""

from typing import Any

from wallet.payments import index as payment_index
from wallet.payments.fulfil import owner_of
from wallet.stripe import api as stripe_api
from wallet.stripe.api import StripeRefused


def whose_payment(payment_intent_id: str) -> tuple[str, list[dict[str, Any]]] | None:
    """(user, the payment's Checkout Sessions), or None if it is not ours.

    The intent alone does not tell: an adopted wallet's payment may be known by its session only.
    """
    try:
        intent = stripe_api.retrieve_payment_intent(payment_intent_id)
        sessions = stripe_api.sessions_of(payment_intent_id)
    except StripeRefused as refused:
        if refused.http_status == 404:
            return None
        raise
    owners = [owner_of(session, payment_index.of_session(session)) for session in sessions]
    owners.append(owner_of(intent, payment_index.of_payment_intent(payment_intent_id)))
    user_id = next((owner for owner in owners if owner is not None), None)
    return None if user_id is None else (user_id, sessions)
