"""200 payments of 50 users, each told twice and all at once, while Stripe's API is slow or silent.

The product runs as its processes do in production; the numbers are printed (`-s` shows them).
"""

import json
import subprocess
import sys
from typing import Any

import pytest
import requests

from sandbox.testing import TEST_KEY
from tests.cast.payments import event_of, paid, signature_of
from tests.product import ROOT, Product
from tests.visitor import Visitor

USERS, PAYMENTS_EACH, PARALLEL, READS = 50, 4, 32, 600


def p99_ms(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1000


def started(module: str, order: dict[str, Any]) -> subprocess.Popen[str]:
    """A client in a process of its own, at work."""
    command = [sys.executable, "-m", module]
    client = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert client.stdin is not None
    client.stdin.write(json.dumps(order))
    client.stdin.close()
    client.stdin = None
    return client


def answers_of(client: subprocess.Popen[str]) -> Any:
    out, _ = client.communicate(timeout=300)
    return json.loads(out)


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    with Product(tmp_path_factory.mktemp("burst") / "data") as running:
        yield running


def open_payments(product: Product) -> tuple[list[Visitor], list[dict[str, Any]]]:
    """Visitors with open Checkout Sessions, as Stripe would tell of them once they are paid."""
    visitors = [Visitor(product.base_url, product.sandbox_url) for _ in range(USERS)]
    sessions = []
    for visitor in visitors:
        for _ in range(PAYMENTS_EACH):
            session_id = visitor.post("/api/topup", {"amount_cents": 500})["session_id"]
            url = f"{product.sandbox_url}/v1/checkout/sessions/{session_id}"
            sessions.append(paid(requests.get(url, auth=(TEST_KEY, ""), timeout=10).json()))
    return visitors, sessions


def webhooks_of(sessions: list[dict[str, Any]], fault: dict[str, Any], secret: str) -> list[tuple[str, str]]:
    """(body, signature) of an event for each session."""
    events = [event_of("checkout.session.completed", session) for session in sessions]
    for number, event in enumerate(events):
        event["id"] = f"evt_{next(iter(fault))}_{number}"
    bodies = [json.dumps(event) for event in events]
    return [(body, signature_of(body.encode(), secret)) for body in bodies]


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("fault", [{"slow_ms": 500}, {"hang": True}], ids=["slow", "silent"])
def test_a_burst_is_credited_once_each(product, fault):
    secret = json.loads((product.data_dir / "secrets.json").read_text())["SANDBOX_WEBHOOK_SECRET"]
    visitors, sessions = open_payments(product)
    host = f"localhost:{product.port}"
    cookies = [visitor.http.cookies["session"] for visitor in visitors]
    reading = {"host": host, "sessions": cookies, "count": READS}
    idle = answers_of(started("tests.read_wallets", reading))
    requests.post(f"{product.sandbox_url}/control/faults", json=fault, timeout=10).raise_for_status()

    telling = {"host": host, "parallel": PARALLEL, "webhooks": 2 * webhooks_of(sessions, fault, secret)}
    teller = started("tests.tell_webhooks", telling)
    busy = answers_of(started("tests.read_wallets", reading))
    told = answers_of(teller)
    requests.post(f"{product.sandbox_url}/control/faults/reset", timeout=10).raise_for_status()
    sys.stdout.write(
        f"\nStripe {fault}: {len(told)} webhooks, p99 {p99_ms([s for s, _ in told]):.0f} ms; wallet reads p99 "
        f"idle {p99_ms(idle):.0f} ms, meanwhile {p99_ms(busy):.0f} ms\n"
    )
    assert [status for _, status in told] == [200] * USERS * PAYMENTS_EACH * 2
    assert {visitor.balance_cents() for visitor in visitors} == {500 * PAYMENTS_EACH}
    assert "audit: ok" in product.manage("audit").stdout
