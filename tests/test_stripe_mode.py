"""With test keys and STRIPE_API_BASE whatever answers there as Stripe is talked to; no sandbox takes payments."""

from pathlib import Path

import pytest
import requests

from sandbox.testing import TEST_KEY, RunningSandbox
from tests.product import Product, free_ports
from tests.visitor import Visitor

SECRET = "whsec_" + "a" * 32


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_test_keys_and_another_base(tmp_path: Path) -> None:
    port, stripe_port = free_ports(2)
    with (
        RunningSandbox(
            tmp_path / "stripe", f"http://localhost:{port}/api/webhook", SECRET, port=stripe_port
        ) as stripe,
        Product(
            tmp_path / "product",
            PORT=str(port),
            STRIPE_SECRET_KEY=TEST_KEY,
            STRIPE_WEBHOOK_SECRET=f"whsec_old{'b' * 24},{SECRET}",
            STRIPE_API_BASE=stripe.url,
        ) as product,
    ):
        visitor = Visitor(product.base_url, stripe.url)
        session_id = visitor.top_up(500)
        assert visitor.wait_for(f"/api/topup/{session_id}", "status", "paid")["balance_cents"] == 500
        assert visitor.get("/api/config")["is_sandbox"] is False
        # What runs beside the product is the mailbox: this payment is not in there.
        assert requests.get(f"{product.sandbox_url}/control/mails", timeout=2).json() == []
        assert session_id not in requests.get(product.sandbox_url, timeout=2).text
        assert session_id in requests.get(stripe.url, timeout=2).text
