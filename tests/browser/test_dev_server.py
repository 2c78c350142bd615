"""`npm run dev`: what a front-end developer opens first shows the page, each module loaded by itself."""

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.product import ROOT, Product, free_ports

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FRONTEND = ROOT / "frontend"


@pytest.fixture
def dev_url(live_product: Product) -> Iterator[str]:
    (port,) = free_ports(1)
    node = ROOT / ".node/bin/node"
    vite = subprocess.Popen(
        [node, "node_modules/vite/bin/vite.js", "--port", str(port), "--strictPort", "--host", "127.0.0.1"],
        cwd=FRONTEND,
        env={**os.environ, "API": live_product.base_url},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert vite.stdout is not None
    assert any("ready in" in line for line in vite.stdout), "vite ended before it was ready"
    yield f"http://127.0.0.1:{port}/"
    os.killpg(vite.pid, signal.SIGTERM)
    vite.wait(30)


def test_the_dev_server_shows_the_page_in_one_language(chromium: Browser, dev_url: str) -> None:
    page = chromium.new_page(locale="ar-EG")
    crashes: list[str] = []
    page.on("pageerror", lambda error: crashes.append(str(error)))
    page.goto(dev_url)
    page.get_by_test_id("balance").click(timeout=60_000)
    expect(page.get_by_role("button", name="Pay $5.00")).to_be_visible()
    page.get_by_label("Or your own amount").fill("7,50")
    expect(page.get_by_role("button", name="Pay $7.50")).to_be_enabled()
    assert crashes == []
    page.close()
