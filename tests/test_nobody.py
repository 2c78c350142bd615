"""As a user id without a passwd entry and without HOME: what a container with a numeric user is."""

import subprocess
from pathlib import Path

import pytest

from tests.product import ROOT, Product
from tests.visitor import Visitor

NOBODY = ("unshare", "--user", "--map-user=10001", "--map-group=10001")


def can_be_nobody() -> bool:
    try:
        return subprocess.run([*NOBODY, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not can_be_nobody(), reason="no user namespaces here")
def test_the_first_payment_needs_no_home(tmp_path: Path) -> None:
    product = Product(tmp_path / "product", WEB_CONCURRENCY="1")
    product.run_as = NOBODY
    del product.environment["HOME"]
    with product:
        visitor = Visitor(product.base_url, product.sandbox_url)
        session_id = visitor.top_up(500)
        assert visitor.wait_for(f"/api/topup/{session_id}", "status", "paid")["balance_cents"] == 500
        product.manage("reconcile")
    assert "Traceback" not in product.log_path.read_text()
    assert not (ROOT / "~").exists()  # where gunicorn wants to keep a socket if there is no HOME
