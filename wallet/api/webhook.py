"""Stripe's door: verify before anything is stored, record, then apply."""

import logging

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from reelballers.errors import is_passing_trouble
from reelballers.throttles import address_of
from wallet.payments import events, inbox
from wallet.stripe.event import read_event
from wallet.stripe.event_types import OUR_EVENTS
from wallet.stripe.one_webhook import one_webhook
from wallet.stripe.seed import webhook_endpoint_uuid
from wallet.stripe.signature import Refused

logger = logging.getLogger(__name__)

MAX_EVENT_BYTES = 1_000_000


@csrf_exempt
@require_POST
@transaction.non_atomic_requests
def webhook(request: HttpRequest) -> HttpResponse:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MAX_EVENT_BYTES:
        return _refuse("The body is larger than any Stripe event.", status=413)
    try:
        event, secret = read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except Refused as refused:
        logger.warning("webhook refused: %s", refused)
        return _refuse(str(refused))
    if event["type"] not in OUR_EVENTS or event.get("account"):
        return JsonResponse({"received": True})
    try:
        with one_webhook():
            events.apply(inbox.record(event, delivery=_delivery(request, secret)))
    except Exception as error:  # noqa: BLE001 - whatever stood in the way, Stripe must ask again
        # Recorded or not, it is not applied: Stripe asks again, and the worker sweeps what was recorded.
        log = logger.warning if is_passing_trouble(error) else logger.exception
        log("Stripe event %s not applied: %s", event["id"], error)
        return JsonResponse(
            {"detail": "Recorded, not applied yet."}, status=503, headers={"Retry-After": "5"}
        )
    return JsonResponse({"received": True})


def _delivery(request: HttpRequest, secret: str) -> dict[str, str]:
    """How it came, for dj-stripe's row of it."""
    return {
        "remote_ip": address_of(request) or "0.0.0.0",  # noqa: S104 - not known
        "endpoint": str(webhook_endpoint_uuid(secret)),
    }


def _refuse(why: str, *, status: int = 400) -> JsonResponse:
    return JsonResponse({"detail": why}, status=status)
