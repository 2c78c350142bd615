"""Reads a webhook's body: whose signature it bears, and whether it has the shape of an event. Stores nothing."""

import json
import re
from typing import Any

from django.conf import settings

from wallet.stripe.event_types import DISPUTE_EVENTS, REFUND_EVENTS, SESSION_EVENTS
from wallet.stripe.signature import Refused, signer_of

MAX_CENTS = 10**12
_STRIPE_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")
_EVENT_TYPE = re.compile(r"[a-z0-9_.]{1,100}")


def read_event(body: bytes, signature: str) -> tuple[dict[str, Any], str]:
    """The verified event and the secret that signed it. Raises Refused."""
    secret = signer_of(body, signature)
    event = _parsed(body)
    if (why := _malformed(event)) is not None:
        raise Refused(why)
    if event["livemode"] is not settings.STRIPE_LIVE_MODE:
        raise Refused(f"livemode is {event['livemode']}, this server's is {settings.STRIPE_LIVE_MODE}.")
    return event, secret


def _parsed(body: bytes) -> Any:
    try:
        event = json.loads(body, parse_constant=_refuse_constant)
        json.dumps(event, ensure_ascii=False).encode()  # half a surrogate pair cannot be stored
    except (ValueError, RecursionError):
        raise Refused("The body is not JSON.") from None
    return event


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _malformed(event: Any) -> str | None:
    """What is wrong with a signed event's shape, or None. What passes here can be stored and applied."""
    if not isinstance(event, dict) or event.get("object") != "event":
        return "The body is not an event."
    for name, kind in {"id": str, "type": str, "created": int, "livemode": bool, "data": dict}.items():
        if type(event.get(name)) is not kind:
            return f"{name} is missing or not a {kind.__name__}."
    if not _is_id(event["id"]) or not _EVENT_TYPE.fullmatch(event["type"]):
        return "id or type is not Stripe's."
    if not 0 < event["created"] < 2**33:
        return "created is not a time."
    thing = event["data"].get("object")
    if not isinstance(thing, dict) or not _is_id(thing.get("id")):
        return "data.object is missing or has no id."
    if not isinstance(thing.get("metadata") or {}, dict):
        return "data.object.metadata is not an object."
    return _malformed_object(event["type"], thing)


def _malformed_object(event_type: str, thing: dict[str, Any]) -> str | None:
    intent = thing.get("payment_intent")
    if intent is not None and not _is_id(intent.get("id") if isinstance(intent, dict) else intent):
        return "data.object.payment_intent is not an id."
    if event_type in REFUND_EVENTS + DISPUTE_EVENTS and (
        type(thing.get("amount")) is not int
        or not 0 < thing["amount"] < MAX_CENTS
        or thing.get("object") not in ("refund", "dispute")
    ):
        return "data.object is not a refund or dispute with an amount."
    if not isinstance(thing.get("balance_transactions") or [], list):
        return "data.object.balance_transactions is not a list."
    if event_type in SESSION_EVENTS and (
        thing.get("object") != "checkout.session" or type(thing.get("livemode")) is not bool
    ):
        return "data.object is not a Checkout Session."
    if type(thing.get("amount_total")) is int and not 0 <= thing["amount_total"] < MAX_CENTS:
        return "data.object.amount_total is not an amount."
    return None


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _STRIPE_ID.fullmatch(value) is not None
