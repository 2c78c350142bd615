"""Stripe's door: verify before anything is stored, record through dj-stripe, then apply."""

import json
import logging
import time
from typing import Any

import stripe
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from reelballers.errors import is_passing_trouble
from wallet import stripe_inbox
from wallet.shared.models import InboxEvent
from wallet.stripe_seed import webhook_endpoint_uuid

logger = logging.getLogger(__name__)

MAX_EVENT_BYTES = 1_000_000
TOLERANCE_SECONDS = 300


class Refused(Exception):
    """Not an event we accept, and why."""


@csrf_exempt
@require_POST
@transaction.non_atomic_requests
def webhook(request: HttpRequest) -> HttpResponse:
    if int(request.headers.get("Content-Length") or 0) > MAX_EVENT_BYTES:
        return _refuse("The body is larger than any Stripe event.", status=413)
    try:
        event, secret = read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except Refused as refused:
        logger.warning("webhook refused: %s", refused)
        return _refuse(str(refused))
    if event["type"] not in stripe_inbox.OUR_EVENTS or event.get("account"):
        return JsonResponse({"received": True})
    try:
        stripe_inbox.apply(record(request, event, secret))
    except Exception as error:  # noqa: BLE001 - whatever stood in the way, Stripe must ask again
        # Recorded or not, it is not applied: Stripe asks again, and the worker sweeps what was recorded.
        log = logger.warning if is_passing_trouble(error) else logger.exception
        log("Stripe event %s not applied: %s", event["id"], error)
        return JsonResponse(
            {"detail": "Recorded, not applied yet."}, status=503, headers={"Retry-After": "5"}
        )
    return JsonResponse({"received": True})


def read_event(body: bytes, signature: str) -> tuple[dict[str, Any], str]:
    """The verified event and the secret that signed it. Raises Refused; stores nothing."""
    secret = next((s for s in settings.STRIPE_WEBHOOK_SECRETS if _is_signed(body, signature, s)), None)
    if secret is None:
        raise Refused("The signature is missing, wrong or too old.")
    if _timestamp(signature) > time.time() + TOLERANCE_SECONDS:
        raise Refused("The signature is from the future.")
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused("The body is not JSON.") from None
    if (why := _malformed(event)) is not None:
        raise Refused(why)
    if event["livemode"] is not settings.STRIPE_LIVE_MODE:
        raise Refused(f"livemode is {event['livemode']}, this server's is {settings.STRIPE_LIVE_MODE}.")
    return event, secret


def record(request: HttpRequest, event: dict[str, Any], secret: str) -> InboxEvent:
    """Has dj-stripe store the event; our receiver writes the inbox row in the same, single commit.

    dj-stripe keeps its trigger row when processing fails by living outside transactions; one commit instead of
    three is worth more here, so its error is carried over the commit by hand.
    """
    from djstripe.views import ProcessWebhookView

    # With DEBUG on, dj-stripe would take the secret from this header.
    request.META.pop("HTTP_X_DJSTRIPE_WEBHOOK_SECRET", None)
    failure: Exception | None = None
    with transaction.atomic(using="default"):
        try:
            ProcessWebhookView.as_view()(request, uuid=webhook_endpoint_uuid(secret))
        except Exception as error:  # noqa: BLE001 - raised again once its trace is stored
            failure = error
        else:
            # dj-stripe calls no handler for an event that it has already.
            row = stripe_inbox.record(event)
    if failure is not None:
        raise failure
    return row


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


def _timestamp(signature: str) -> int:
    return next(int(part[2:]) for part in signature.split(",") if part.startswith("t="))


def _malformed(event: Any) -> str | None:
    """What is wrong with a signed event's shape, or None."""
    if not isinstance(event, dict) or event.get("object") != "event":
        return "The body is not an event."
    for name, kind in {"id": str, "type": str, "created": int, "livemode": bool, "data": dict}.items():
        if type(event.get(name)) is not kind:
            return f"{name} is missing or not a {kind.__name__}."
    thing = event["data"].get("object")
    if not isinstance(thing, dict) or not isinstance(thing.get("id"), str):
        return "data.object is missing or has no id."
    return _malformed_object(event["type"], thing)


def _malformed_object(event_type: str, thing: dict[str, Any]) -> str | None:
    if event_type in stripe_inbox.REFUND_EVENTS + stripe_inbox.DISPUTE_EVENTS and (
        type(thing.get("amount")) is not int
        or thing["amount"] <= 0
        or thing.get("object") not in {"refund", "dispute"}
    ):
        return "data.object is not a refund or dispute with an amount."
    if event_type in stripe_inbox.SESSION_EVENTS and (
        thing.get("object") != "checkout.session"
        or not isinstance(thing.get("livemode"), bool)
        or not isinstance(thing.get("metadata") or {}, dict)
    ):
        return "data.object is not a Checkout Session."
    return None


def _refuse(why: str, *, status: int = 400) -> JsonResponse:
    return JsonResponse({"detail": why}, status=status)
