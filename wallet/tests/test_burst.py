"""200 payments of 50 users, each told twice and all at once, while Stripe's API is slow or silent.

The product runs as its processes do in production; the numbers are printed (`-s` shows them).
"""

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from reelballers.sandbox.testing import TEST_KEY
from tests.product import ROOT, Product
from tests.visitor import Visitor
from wallet.tests.factory import event_of, paid, signature_of

USERS, PAYMENTS_EACH, PARALLEL, READS = 50, 4, 32, 600


def p99_ms(seconds: list[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1000


def timed(call: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    answer = call()
    return time.perf_counter() - started, answer


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


def read_wallets(product: Product, visitors: list[Visitor], count: int) -> list[float]:
    sessions = [visitor.http.cookies["session"] for visitor in visitors]
    order = {"host": f"localhost:{product.port}", "sessions": sessions, "count": count}
    done = subprocess.run(
        [sys.executable, "-m", "tests.read_wallets"],
        cwd=ROOT,
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("fault", [{"slow_ms": 500}, {"hang": True}], ids=["slow", "silent"])
def test_a_burst_is_credited_once_each(product, fault):
    secret = json.loads((product.data_dir / "secrets.json").read_text())["SANDBOX_WEBHOOK_SECRET"]
    visitors, sessions = open_payments(product)
    idle = read_wallets(product, visitors, READS)
    requests.post(f"{product.sandbox_url}/control/faults", json=fault, timeout=10).raise_for_status()

    def tell(event: dict[str, Any]) -> requests.Response:
        body = json.dumps(event).encode()
        headers = {"Stripe-Signature": signature_of(body, secret), "Content-Type": "application/json"}
        return requests.post(f"{product.base_url}/api/webhook", body, headers=headers, timeout=60)

    events = [event_of("checkout.session.completed", session) for session in sessions]
    for number, event in enumerate(events):
        event["id"] = f"evt_{next(iter(fault))}_{number}"
    with ThreadPoolExecutor(PARALLEL + 1) as pool:
        reading = pool.submit(read_wallets, product, visitors, READS)
        told = list(pool.map(lambda event: timed(lambda: tell(event)), events * 2))
        busy = reading.result()
    requests.post(f"{product.sandbox_url}/control/faults/reset", timeout=10).raise_for_status()
    sys.stdout.write(
        f"\nStripe {fault}: {len(told)} webhooks, p99 {p99_ms([s for s, _ in told]):.0f} ms; wallet reads p99 "
        f"idle {p99_ms(idle):.0f} ms, meanwhile {p99_ms(busy):.0f} ms\n"
    )
    assert {answer.status_code for _, answer in told} == {200}
    assert {visitor.balance_cents() for visitor in visitors} == {500 * PAYMENTS_EACH}
    assert "audit: ok" in product.manage("audit").stdout
