"""What the buyer typed, turned into a payment method."""

import re
from typing import Any

from sandbox.cards import card_by_number
from sandbox.clock import now_seconds
from sandbox.flows.planning import plan
from sandbox.shapes.method import billing_details, new_payment_method
from sandbox.store import StripeDict

SECONDS_A_YEAR = 31_556_952
LONGEST_DELAY_SECONDS = 7 * 24 * 3600


class FormError(Exception):
    """A field is wrong; nothing was tried."""

    def __init__(self, field: str, message: str):
        super().__init__(message)
        self.field = field


def read_method(session: StripeDict, form: Any) -> StripeDict:
    """A payment method that is not saved yet. Every field but the card number may be left out."""
    billing = billing_details(form.get("email") or "buyer@example.com", form.get("name") or "Sandbox Buyer")
    kind = form.get("method", "card")
    if kind not in session["payment_method_types"]:
        raise FormError("method", "This way to pay is not offered here.")
    if kind != "card":
        return new_payment_method(kind, billing, None)
    number = form.get("test_card") or form.get("card_number", "")
    if not number.strip():
        raise FormError("card_number", "Enter a card number, or choose a test card.")
    card = card_by_number(number)
    if not form.get("test_card"):
        _check_expiry(form.get("expiry", ""))
        _check_cvc(form.get("cvc", ""))
    return new_payment_method("card", billing, card)


def _check_expiry(text: str) -> None:
    if not text.strip():
        return
    found = re.fullmatch(r"\s*(\d{1,2})\s*[/-]?\s*(\d{2}|\d{4})\s*", text)
    if not found or not 1 <= int(found.group(1)) <= 12:
        raise FormError("expiry", "Enter the expiry date as month and year, for example 12/34.")
    year = int(found.group(2)) % 100 + 2000
    if (year - 1970) * 12 + int(found.group(1)) <= now_seconds() * 12 // SECONDS_A_YEAR:
        raise FormError("expiry", "Your card's expiration date is in the past.")


def _check_cvc(text: str) -> None:
    if text.strip() and not re.fullmatch(r"\d{3,4}", text.strip()):
        raise FormError("cvc", "Enter the three or four digits from the card.")


def plan_settlement(session: StripeDict, form: Any) -> None:
    """A bank debit succeeds or fails later as the buyer chose; `manual` waits for the control page."""
    outcome = form.get("outcome", "manual")
    if session["payment_status"] == "paid" or session["status"] != "complete" or outcome == "manual":
        return
    text = form.get("delay_seconds", "5")
    delay_seconds = min(int(text), LONGEST_DELAY_SECONDS) if text.isdecimal() else 5
    plan("settle_payment", session["payment_intent"], delay_seconds * 1000, succeeded=outcome == "succeed")
