"""The payer's address, as they gave it at Checkout: unverified, so never an identity and never mailed by us unasked.

It stands in the user's own file; the payment index has its HMAC, by which operators find a payment.
"""

from typing import Any

from django.utils.crypto import salted_hmac


def address_in(session: dict[str, Any]) -> str | None:
    """The address in a Checkout Session, lower-cased; None where Stripe does not say."""
    address = (session.get("customer_details") or {}).get("email")
    return address.strip().lower()[:254] if isinstance(address, str) and address.strip() else None


def hmac_of(address: str | None) -> str:
    """With the present SECRET_KEY; after a rotation `user_db reindex` writes them anew."""
    if not address:
        return ""
    return salted_hmac("payer's address", address.strip().lower(), algorithm="sha256").hexdigest()
