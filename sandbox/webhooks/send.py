"""One attempt to deliver one event: signed afresh, judged like Stripe judges, rescheduled when it failed."""

import hashlib
import hmac
import http.client
import json
import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox import store
from sandbox.clock import now_ms, now_seconds
from sandbox.models import Delivery
from sandbox.store import StripeDict
from sandbox.webhooks.queue import endpoints

TIMEOUT_SECONDS = 10
RETRY_AFTER_SECONDS = (1, 2, 5, 15, 60)
LATER_RETRIES_SECONDS = 300
RESULT = ("attempts", "state", "due_ms", "last_status", "last_error")
GIVE_UP_AFTER_MS = 3 * 24 * 3600 * 1000  # Stripe's three days

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    status: int | None
    error: str

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def signature(payload: bytes, secrets: tuple[str, ...], timestamp: int) -> str:
    """The value of `Stripe-Signature`; one v1 for each secret, as while Stripe rolls them."""
    signed = f"{timestamp}.".encode() + payload
    digests = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={timestamp}", *(f"v1={digest}" for digest in digests)])


def attempt(delivery: Delivery) -> Outcome:
    """Send it once now, and write down what came of it."""
    event = store.peek(delivery.event_id)
    endpoint = {found["id"]: found for found in endpoints()}.get(delivery.endpoint_id)
    if event is None or endpoint is None:
        outcome = Outcome(None, "The event or its endpoint is gone.")
        _finish(delivery, Delivery.State.FAILED, outcome)
        return outcome
    payload = json.dumps(store.public(event), indent=2).encode()
    outcome = _post(endpoint["url"], payload, signature(payload, tuple(endpoint["_secrets"]), now_seconds()))
    _record(delivery, event, outcome)
    return outcome


def _post(url: str, payload: bytes, signed: str) -> Outcome:
    target = urlsplit(url)
    make = http.client.HTTPSConnection if target.scheme == "https" else http.client.HTTPConnection
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signed,
    }
    try:
        connection = make(target.hostname or "", target.port, timeout=TIMEOUT_SECONDS)
        try:
            path = (target.path or "/") + (f"?{target.query}" if target.query else "")
            connection.request("POST", path, payload, headers)
            answer = connection.getresponse()
            return Outcome(answer.status, answer.read(500).decode(errors="replace"))
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        return Outcome(None, f"{type(error).__name__}: {error}")


def _record(delivery: Delivery, event: StripeDict, outcome: Outcome) -> None:
    if outcome.succeeded:
        _finish(delivery, Delivery.State.SUCCEEDED, outcome)
        return
    logger.info("%s to %s: %s", event["type"], delivery.endpoint_id, outcome.status or outcome.error)
    if now_ms() - delivery.created_ms > GIVE_UP_AFTER_MS:
        _finish(delivery, Delivery.State.FAILED, outcome)
        return
    tried = delivery.attempts
    wait = RETRY_AFTER_SECONDS[tried] if tried < len(RETRY_AFTER_SECONDS) else LATER_RETRIES_SECONDS
    delivery.due_ms = now_ms() + wait * 1000
    _finish(delivery, Delivery.State.PENDING, outcome)


def _finish(delivery: Delivery, state: Delivery.State, outcome: Outcome) -> None:
    delivery.attempts += 1
    delivery.state = state
    delivery.last_status = outcome.status
    delivery.last_error = "" if outcome.succeeded else outcome.error
    changed = {name: getattr(delivery, name) for name in RESULT}
    with store.changes():
        Delivery.objects.filter(id=delivery.id).update(**changed)  # a row that a reset deleted stays deleted
        if state != Delivery.State.PENDING:
            waiting = Delivery.objects.filter(
                event_id=delivery.event_id, state__in=["pending", "held"]
            ).count()
            event = store.peek(delivery.event_id)
            if event is not None:
                store.save(event | {"pending_webhooks": waiting})
