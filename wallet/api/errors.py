"""Status and words for what the wallet refuses."""

from reelballers.errors import Answer, answers
from wallet.errors import AlreadyRefunded, Conflict, InsufficientFunds, WalletClosed, WalletFrozen
from wallet.stripe import api as stripe_api


@answers(InsufficientFunds)
def insufficient_funds(error: InsufficientFunds) -> Answer:
    facts = {
        "error": "Insufficient funds",
        "balance_cents": error.balance_cents,
        "required_cents": error.required_cents,
        "shortfall_cents": error.shortfall_cents,
    }
    return 402, {"detail": facts}, {}


@answers(WalletFrozen)
def wallet_frozen(error: WalletFrozen) -> Answer:
    return 403, {"detail": {"error": "Wallet frozen"}}, {}


@answers(WalletClosed)
def wallet_closed(error: WalletClosed) -> Answer:
    return 409, {"detail": "This wallet became part of an account; sign in to it."}, {}


@answers(Conflict)
def conflict(error: Conflict) -> Answer:
    return 409, {"detail": f"This was done before with {error.field} {error.first}, not {error.now}."}, {}


@answers(AlreadyRefunded)
def already_refunded(error: AlreadyRefunded) -> Answer:
    return 409, {"detail": "This job's debit was refunded; use a new job_id."}, {}


@answers(stripe_api.StripeUnavailable)
def stripe_unavailable(error: stripe_api.StripeUnavailable) -> Answer:
    words = "The payment service does not answer; nothing was charged. Please try again in a moment."
    return 503, {"detail": words}, {"Retry-After": "5"}


@answers(stripe_api.StripeRefused)
def stripe_refused(error: stripe_api.StripeRefused) -> Answer:
    return 502, {"detail": "The payment service refused this top-up; nothing was charged."}, {}
