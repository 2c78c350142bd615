"""What happens to a payment intent and its charges."""

from typing import Any

from sandbox import store
from sandbox.cards import Card, card_by_number, decline
from sandbox.clock import now_seconds
from sandbox.errors import StripeError, card_error, refused
from sandbox.events import emit, emit_update
from sandbox.shapes.balance import new_balance_transaction
from sandbox.shapes.charge import new_charge
from sandbox.shapes.intent import new_intent
from sandbox.store import StripeDict

CONFIRMABLE = {"requires_payment_method", "requires_confirmation", "requires_action"}


def create_intent(params: StripeDict) -> StripeDict:
    intent = store.save(new_intent(params))
    emit("payment_intent.created", intent)
    return intent


def card_of(holder: StripeDict) -> Card | None:
    """The test card behind a payment method or a charge; None for a bank debit."""
    number = holder["_card"]
    return card_by_number(number) if number else None


def confirm(intent: StripeDict, method: StripeDict) -> StripeDict:
    """Try to collect: succeeded, processing or requires_action; a declining card raises its card_error."""
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(intent, "confirm")
    intent |= {"payment_method": method["id"], "last_payment_error": None, "next_action": None}
    card = card_of(method)
    if card is None:
        return start_processing(intent, method)
    if card.authenticates:
        intent |= {"status": "requires_action", "next_action": _authentication()}
        store.save(intent)
        emit("payment_intent.requires_action", intent)
        return intent
    if card.error_code:
        raise fail(intent, method, decline(card))
    return succeed(intent, method)


def authenticate(intent: StripeDict, accepted: bool) -> StripeDict:
    """The buyer's bank has answered; a refusal raises and leaves the intent open for another try."""
    if intent["status"] != "requires_action":
        raise unexpected_state(intent, "authenticate")
    method = store.load(intent["payment_method"], "payment_method")
    intent["next_action"] = None
    if accepted:
        return succeed(intent, method)
    message = (
        "We are unable to authenticate your payment method. "
        "Please choose a different payment method and try again."
    )
    error = card_error(message, "payment_intent_authentication_failure")
    raise _reject(intent, method, error)


def succeed(intent: StripeDict, method: StripeDict) -> StripeDict:
    charge = store.save(new_charge(intent, method, "succeeded"))
    emit("charge.succeeded", charge)
    intent |= {"status": "succeeded", "latest_charge": charge["id"], "amount_received": intent["amount"]}
    store.save(intent)
    emit("payment_intent.succeeded", intent)
    _book(charge)
    return intent


def fail(intent: StripeDict, method: StripeDict, error: StripeError) -> StripeError:
    """Write down a declined charge; returns the error to raise."""
    charge = new_charge(intent, method, "failed")
    charge |= {"failure_code": error.error["code"], "failure_message": error.message}
    store.save(charge)
    emit("charge.failed", charge)
    intent["latest_charge"] = charge["id"]
    error.error["charge"] = charge["id"]
    return _reject(intent, method, error)


def start_processing(intent: StripeDict, method: StripeDict) -> StripeDict:
    """A bank debit: the money comes, or not, days later."""
    charge = store.save(new_charge(intent, method, "pending"))
    emit("charge.pending", charge)
    intent |= {"status": "processing", "latest_charge": charge["id"]}
    store.save(intent)
    emit("payment_intent.processing", intent)
    return intent


def finish_processing(intent: StripeDict, succeeded: bool) -> StripeDict:
    """The bank has answered."""
    if intent["status"] != "processing":
        raise unexpected_state(intent, "settle")
    charge = store.load(intent["latest_charge"], "charge")
    if succeeded:
        charge |= {"status": "succeeded", "paid": True}
        emit("charge.succeeded", store.save(charge))
        intent |= {"status": "succeeded", "amount_received": intent["amount"]}
        emit("payment_intent.succeeded", store.save(intent))
        _book(charge)
        return intent
    message = "The customer's bank account has insufficient funds."
    charge |= {"status": "failed", "captured": False, "amount_captured": 0, "failure_message": message}
    charge["failure_code"] = "insufficient_funds"
    emit("charge.failed", store.save(charge))
    method = store.load(intent["payment_method"], "payment_method")
    _reject(intent, method, card_error(message, "insufficient_funds"))
    return intent


def cancel(intent: StripeDict, reason: str | None = None) -> StripeDict:
    if intent["status"] in {"succeeded", "canceled", "processing"}:
        raise unexpected_state(intent, "cancel")
    intent |= {"status": "canceled", "canceled_at": now_seconds(), "cancellation_reason": reason}
    store.save(intent)
    emit("payment_intent.canceled", intent)
    return intent


def unexpected_state(intent: StripeDict, verb: str) -> StripeError:
    message = f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}."
    return refused(message, "payment_intent_unexpected_state", "intent")


def _reject(intent: StripeDict, method: StripeDict, error: StripeError) -> StripeError:
    shown = {name: value for name, value in error.error.items() if name != "payment_intent"}
    last_error = shown | {"payment_method": store.public(method)}
    intent |= {"status": "requires_payment_method", "payment_method": None, "last_payment_error": last_error}
    store.save(intent)
    emit("payment_intent.payment_failed", intent)
    error.error["payment_intent"] = store.public(intent)
    return error


def _book(charge: StripeDict) -> None:
    """Captured money reaches the balance a moment later: Stripe tells it by `charge.updated`."""
    fee_cents = (charge["amount"] * 29 + 500) // 1000 + 30
    booked: dict[str, Any] = new_balance_transaction(charge, "charge", charge["amount"], fee_cents)
    store.save(booked)
    emit_update("charge.updated", charge, balance_transaction=booked["id"])


def _authentication() -> StripeDict:
    return {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
