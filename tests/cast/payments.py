"""Stripe's objects as tests need them: short, but in the shapes that Stripe sends."""

import hashlib
import hmac
import itertools
import json
import secrets
import time
from typing import Any

from django.conf import settings
from django.utils import timezone
from djstripe.models import Event, WebhookEventTrigger

from reelballers.user_db import user_db, user_transaction
from wallet import ledger
from wallet.models import LedgerEntry, Topup, Wallet
from wallet.payments import index as payment_index
from wallet.shared.models import InboxEvent, PaymentIndex, UnmatchedPayment

_numbers = itertools.count(1)
_PROCESS = secrets.token_hex(4)


def new_id(prefix: str) -> str:
    return f"{prefix}_{_PROCESS}{next(_numbers):08d}"


def open_topup(user_id: str, credits: int = 500) -> dict[str, Any]:
    """What `start_topup` leaves behind; answers the session as Stripe would have made it."""
    session_id = new_id("cs_test")
    with user_transaction(user_id):
        topup = Topup(credits=credits, livemode=False, session_id=session_id, created_at=timezone.now())
        topup.status = Topup.Status.OPEN
        topup.save(force_insert=True)
    session = session_of(user_id, topup.id, session_id, credits)
    payment_index.remember(None, user_id=user_id, topup_id=topup.id, session=session, amount_cents=credits)
    return session


def session_of(user_id: str, topup_id: str, session_id: str, credits: int) -> dict[str, Any]:
    return {
        "id": session_id,
        "object": "checkout.session",
        "amount_subtotal": credits,
        "amount_total": credits,
        "currency": "usd",
        "livemode": False,
        "metadata": {"user_id": user_id, "credits": str(credits), "topup_id": topup_id},
        "mode": "payment",
        "payment_intent": None,
        "payment_status": "unpaid",
        "status": "open",
    }


def paid(session: dict[str, Any]) -> dict[str, Any]:
    intent = session["payment_intent"] or session["id"].replace("cs_test", "pi")
    return {**session, "payment_intent": intent, "payment_status": "paid", "status": "complete"}


def refund_of(session: dict[str, Any], amount: int, status: str = "succeeded", **more: Any) -> dict[str, Any]:
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": session["payment_intent"].replace("pi", "ch"),
        "currency": "usd",
        "metadata": {},
        "payment_intent": session["payment_intent"],
        "status": status,
        **more,
    }


def dispute_of(session: dict[str, Any], amount: int, status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": session["payment_intent"].replace("pi", "ch"),
        "payment_intent": session["payment_intent"],
        "status": status,
        **more,
    }


def event_of(event_type: str, thing: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": settings.STRIPE_API_VERSION,
        "created": int(time.time()),
        "data": {"object": thing},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": event_type,
        **more,
    }


def signature_of(body: bytes, secret: str, at: int | None = None) -> str:
    at = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def deliver(client: Any, event: Any, *, secret: str = "", at: int | None = None, **headers: str) -> Any:
    """Posts an event as Stripe would, signed with our first secret."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    signature = signature_of(body, secret or settings.STRIPE_WEBHOOK_SECRETS[0], at)
    given = {"Stripe-Signature": signature, **headers}
    return client.post("/api/webhook", body, content_type="application/json", headers=given)


def balance_of(user_id: str) -> int:
    with user_db(user_id):
        wallet = Wallet.objects.get()
        assert wallet.balance_cents == sum(line.change_cents for line in LedgerEntry.objects.all())
        return wallet.balance_cents


def lines_of(user_id: str) -> list[tuple[str, int]]:
    """(reference, change_cents), oldest first."""
    with user_db(user_id):
        return list(LedgerEntry.objects.order_by("id").values_list("reference", "change_cents"))


def give(user_id: str, amount_cents: int, form_id: str = "") -> None:
    with user_transaction(user_id):
        ledger.give_bonus(
            amount_cents=amount_cents, form_id=form_id or new_id("form"), actor="op@example.com", note="test"
        )


def stored_rows() -> int:
    """What `default` knows of Stripe's events and payments."""
    models = (InboxEvent, Event, WebhookEventTrigger, PaymentIndex, UnmatchedPayment)
    return sum(model.objects.count() for model in models)
