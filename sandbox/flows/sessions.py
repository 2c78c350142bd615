"""The life of a Checkout Session: open, then complete or expired; paid at once, later, or never."""

from sandbox import store
from sandbox.clock import now_seconds
from sandbox.errors import refused
from sandbox.events import emit
from sandbox.flows import disputes, payments
from sandbox.flows.planning import forget
from sandbox.models import Task
from sandbox.shapes.session import customer_details
from sandbox.store import StripeDict


def pay(session: StripeDict, method: StripeDict) -> StripeDict:
    """The buyer confirms with this payment method; a decline raises and the session stays open."""
    _demand_open(session)
    intent = _intent_of(session)
    _remember_buyer(session, method)
    intent = payments.confirm(intent, method)
    return session if intent["status"] == "requires_action" else _complete(session, intent)


def awaits_authentication(session: StripeDict) -> bool:
    intent = store.peek(session["payment_intent"] or "")
    return session["status"] == "open" and intent is not None and intent["status"] == "requires_action"


def authenticate(session: StripeDict, accepted: bool) -> StripeDict:
    """The buyer comes back from the bank's page."""
    _demand_open(session)
    intent = store.load(session["payment_intent"] or "", "payment_intent")
    return _complete(session, payments.authenticate(intent, accepted))


def settle(intent_id: str, succeeded: bool) -> StripeDict:
    """An asynchronous payment ends; its session, if it has one, tells so."""
    intent = payments.finish_processing(store.load(intent_id, "payment_intent"), succeeded)
    forget(intent_id, "settle_payment")
    for session in store.find("checkout.session", payment_intent=intent_id):
        if succeeded:
            session["payment_status"] = "paid"
            store.save(session)
        emit(f"checkout.session.async_payment_{'succeeded' if succeeded else 'failed'}", session)
    if succeeded:
        disputes.follow_payment(intent)
    return intent


def expire(session: StripeDict) -> StripeDict:
    """Close an open session for good; a payment begun on it is canceled."""
    if session["status"] != "open":
        raise refused(
            f'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}."
        )
    session |= {"status": "expired", "url": None}
    store.save(session)
    forget(session["id"], "expire_session")
    emit("checkout.session.expired", session)
    if session["payment_intent"]:
        intent = store.load(session["payment_intent"], "payment_intent")
        payments.cancel(intent, "expired")
    return session


def expire_when_due(session_id: str) -> None:
    session = store.load(session_id, "checkout.session")
    if session["status"] == "open":
        expire(session)


def _demand_open(session: StripeDict) -> None:
    if session["status"] == "open" and session["expires_at"] <= now_seconds():
        Task.objects.filter(target_id=session["id"], action="expire_session").update(due_ms=0)
        raise refused("This Checkout Session has expired.", "checkout_session_expired")
    if session["status"] != "open":
        raise refused(f"This Checkout Session is {session['status']}; it cannot be paid again.")


def _intent_of(session: StripeDict) -> StripeDict:
    """The session's payment intent, made at the first try to pay."""
    if session["payment_intent"]:
        return store.load(session["payment_intent"], "payment_intent")
    params = session["_payment_intent_data"] | {
        "amount": session["amount_total"],
        "currency": session["currency"],
        "customer": session["customer"],
        "payment_method_types": session["payment_method_types"],
    }
    intent = payments.create_intent(params)
    session["payment_intent"] = intent["id"]
    store.save(session)
    return intent


def _remember_buyer(session: StripeDict, method: StripeDict) -> None:
    billing = method["billing_details"]
    email = session["customer_email"] or billing["email"]
    session["customer_details"] = customer_details(email, billing["name"])
    store.save(session)


def _complete(session: StripeDict, intent: StripeDict) -> StripeDict:
    paid = intent["status"] == "succeeded"
    session |= {"status": "complete", "payment_status": "paid" if paid else "unpaid", "url": None}
    store.save(session)
    forget(session["id"], "expire_session")
    emit("checkout.session.completed", session)
    if paid:
        disputes.follow_payment(intent)
    return session
