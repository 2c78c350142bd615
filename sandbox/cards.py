"""Stripe's test cards, as https://docs.stripe.com/testing lists them, and what each one does."""

from dataclasses import dataclass

from sandbox.errors import StripeError, card_error


@dataclass(frozen=True)
class Card:
    number: str
    label: str
    brand: str = "visa"
    error_code: str | None = None  # the charge fails with this code
    decline_code: str | None = None
    authenticates: bool = False  # asks the buyer's bank first
    dispute: str | None = None  # status of the dispute that follows the payment
    refund: str = "succeeded"  # what becomes of a refund: succeeded, failed later, or pending first
    alias: str = ""  # the name behind pm_card_… and tok_…

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def spaced(self) -> str:
        return " ".join(self.number[i : i + 4] for i in range(0, len(self.number), 4))


CARDS = (
    Card("4242424242424242", "Pays", alias="visa"),
    Card("4000000000000002", "Is declined", error_code="card_declined", decline_code="generic_decline",
         alias="chargeDeclined"),
    Card("4000002500003155", "Asks for authentication", authenticates=True, alias="authenticationRequired"),
    Card("4000000000009995", "Declined: insufficient funds", error_code="card_declined",
         decline_code="insufficient_funds", alias="chargeDeclinedInsufficientFunds"),
    Card("4000000000000069", "Declined: expired card", error_code="expired_card",
         alias="chargeDeclinedExpiredCard"),
    Card("4000000000000127", "Declined: wrong CVC", error_code="incorrect_cvc",
         alias="chargeDeclinedIncorrectCvc"),
    Card("4000000000000119", "Declined: processing error", error_code="processing_error",
         alias="chargeDeclinedProcessingError"),
    Card("4000000000000259", "Pays, then is disputed", dispute="needs_response", alias="createDispute"),
    Card("4000000000001976", "Pays, then an inquiry", dispute="warning_needs_response",
         alias="createDisputeInquiry"),
    Card("4000000000005126", "Pays, refunds fail later", refund="failed", alias="refundFail"),
    Card("4000000000007726", "Pays, refunds are pending first", refund="pending", alias="pendingRefund"),
    Card("5555555555554444", "Pays (Mastercard)", brand="mastercard", alias="mastercard"),
)  # fmt: skip

SHOWN = (CARDS[0], CARDS[1], CARDS[2], CARDS[7], CARDS[9])

MESSAGES = {
    "card_declined": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "incorrect_number": "Your card number is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
}

_BY_NUMBER = {card.number: card for card in CARDS}
_BY_ALIAS = {card.alias: card for card in CARDS}


def card_by_number(number: str) -> Card:
    """The test card; a card_error for any other number, as Stripe's test mode answers."""
    digits = "".join(character for character in number if character.isdigit())
    if digits in _BY_NUMBER:
        return _BY_NUMBER[digits]
    if not _passes_luhn(digits):
        raise card_error(MESSAGES["incorrect_number"], "incorrect_number", param="number")
    message = "Your card was declined. Your request was in test mode, but used a non test card."
    raise card_error(message, "card_declined", decline_code="test_mode_live_card")


def card_by_token(token: str) -> Card | None:
    """The card behind `pm_card_visa`, `pm_card_visa_chargeDeclined` or `tok_visa`, or None."""
    alias = token.removeprefix("pm_card_").removeprefix("tok_")
    return _BY_ALIAS.get(alias.removeprefix("visa_"))


def decline(card: Card) -> StripeError:
    """The error that a declining card ends in."""
    code = card.error_code or "card_declined"
    message = MESSAGES.get(card.decline_code or "", MESSAGES[code])
    return card_error(message, code, decline_code=card.decline_code)


def _passes_luhn(digits: str) -> bool:
    doubled = [int(d) if i % 2 == 0 else sum(divmod(int(d) * 2, 10)) for i, d in enumerate(reversed(digits))]
    return len(digits) >= 12 and sum(doubled) % 10 == 0
