"""Stripe's events as Stripe would sign them, for a running product whose sandbox nobody has paid at."""

import hashlib
import hmac
import json
import time
from typing import Any

import requests

from tests.product import Product


def paid_event(product: Product, session_id: str) -> dict[str, Any]:
    """checkout.session.completed as Stripe would send it, for a session nobody has paid at the sandbox."""
    key = json.loads((product.data_dir / "secrets.json").read_text())["SANDBOX_SECRET_KEY"]
    session = requests.get(
        f"{product.sandbox_url}/v1/checkout/sessions/{session_id}", auth=(key, ""), timeout=10
    ).json()
    session |= {"status": "complete", "payment_status": "paid", "payment_intent": f"pi_{session_id[-20:]}"}
    return {
        "id": f"evt_{session_id[-20:]}",
        "object": "event",
        "api_version": "2026-08-26.dahlia",
        "created": int(time.time()),
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": "checkout.session.completed",
        "data": {"object": session},
    }


def signed(product: Product, event: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    secret = json.loads((product.data_dir / "secrets.json").read_text())["SANDBOX_WEBHOOK_SECRET"]
    body, at = json.dumps(event).encode(), int(time.time())
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return body, {"Stripe-Signature": f"t={at},v1={digest}", "Content-Type": "application/json"}
