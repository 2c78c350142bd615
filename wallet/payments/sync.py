"""Reads one payment at Stripe again and brings our side to what it says, through the doors that webhooks use."""

import time
from typing import Any

from wallet.models import Topup
from wallet.payments import events, inbox, reversals
from wallet.payments.fulfil import fulfil
from wallet.shared.models import InboxEvent
from wallet.stripe import api as stripe_api
from wallet.stripe.api import id_of

Outcome = InboxEvent.Outcome

_PENDING_EVENT = {
    "checkout.session": "checkout.session.completed",
    "refund": "refund.updated",
    "dispute": "charge.dispute.updated",
}


def sync_topup(topup: Topup) -> None:
    """Its session, its refunds, its disputes. Raises StripeUnavailable, StripeRefused."""
    if topup.session_id:
        session = stripe_api.retrieve_session(topup.session_id)
        fulfil(session)
        payment_intent_id = id_of(session.get("payment_intent"))
    else:  # an adopted top-up may know its payment intent only
        payment_intent_id = topup.payment_intent_id
    if payment_intent_id:
        for thing in (*stripe_api.refunds_of(payment_intent_id), *stripe_api.disputes_of(payment_intent_id)):
            reversals.apply_object(thing, is_fresh=True)


def ask_about(stripe_id: str) -> list[InboxEvent]:
    """Asks Stripe about an id that nobody told us of and puts what it says into the inbox, as its events would.

    Raises StripeUnavailable, StripeRefused (an id that Stripe does not know, too).
    """
    return [_put_into_inbox(thing) for thing in _things_of(stripe_id)]


def _things_of(stripe_id: str) -> list[dict[str, Any]]:
    """The sessions, refunds and disputes that belong to an id."""
    if stripe_id.startswith("evt_"):
        return _things_of(stripe_api.retrieve("events", stripe_id)["data"]["object"]["id"])
    if stripe_id.startswith("cs_"):
        session = stripe_api.retrieve_session(stripe_id)
        payment_intent_id = id_of(session.get("payment_intent"))
        return [session, *_taken_from(payment_intent_id)]
    if stripe_id.startswith("pi_"):
        return [*stripe_api.sessions_of(stripe_id), *_taken_from(stripe_id)]
    kinds = {"ch_": "charges", "py_": "charges", "re_": "refunds", "pyr_": "refunds", "dp_": "disputes"}
    kind = kinds.get(stripe_id.partition("_")[0] + "_", "disputes")
    payment_intent_id = id_of(stripe_api.retrieve(kind, stripe_id).get("payment_intent"))
    return _things_of(payment_intent_id) if payment_intent_id else []


def _taken_from(payment_intent_id: str | None) -> list[dict[str, Any]]:
    if payment_intent_id is None:
        return []
    return [*stripe_api.refunds_of(payment_intent_id), *stripe_api.disputes_of(payment_intent_id)]


def _put_into_inbox(thing: dict[str, Any]) -> InboxEvent:
    now = int(time.time())
    facts = {"id": f"asked_{thing['id']}_{now}", "type": _PENDING_EVENT[thing["object"]], "created": now}
    row = inbox.record({**facts, "data": {"object": thing}})
    events.apply(row)
    return row
