"""Every page works under our content policy: nothing on it is refused by the browser."""

import secrets
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.product import Product
from tests.visitor import Visitor

pytestmark = pytest.mark.browser

OWNER = {
    "DJANGO_SUPERUSER_EMAIL": "owner@example.com",
    "DJANGO_SUPERUSER_PASSWORD": secrets.token_urlsafe(16),
}


@pytest.fixture
def page(chromium) -> Page:
    """Writes down what the browser refuses to load, run or style."""
    page = chromium.new_page()
    page.refused = []
    page.on(
        "console", lambda said: page.refused.append(said.text) if "Content Security" in said.text else None
    )
    yield page
    page.context.close()


def _see(page: Page, address: str) -> None:
    page.goto(address, wait_until="networkidle")
    assert page.refused == [], address


@pytest.fixture(scope="module")
def wallet_id(live_product: Product) -> str:
    visitor = Visitor(live_product.base_url, live_product.sandbox_url)
    visitor.top_up(500)
    visitor.wait_for(f"/api/topup/{visitor.top_up(500)}", "status", "paid")
    return visitor.get("/api/me")["id"]


@pytest.mark.parametrize("path", ["/", "/history", "/exports", "/cancel", "/nowhere", "/sign-in/x"])
def test_a_visitors_pages(page: Page, live_product: Product, path: str) -> None:
    _see(page, live_product.base_url + path)


def test_the_editor(page: Page, live_product: Product, clip: Path) -> None:
    _see(page, live_product.base_url)
    page.get_by_test_id("file").set_input_files(clip)
    page.wait_for_url("**/clips/**")
    page.get_by_role("heading", name=clip.stem).wait_for()
    _see(page, page.url)


def test_the_apis_page(page: Page, live_product: Product) -> None:
    _see(page, f"{live_product.base_url}/api/docs")
    page.get_by_text("/api/wallet/statement").first.wait_for()
    page.get_by_text("/api/debit").first.click()
    page.get_by_text("Try it out").first.wait_for()
    assert page.refused == []


def test_the_operators_pages(page: Page, live_product: Product, wallet_id: str) -> None:
    live_product.environment |= OWNER
    live_product.manage("createsuperuser", "--noinput", check=False)
    base_url = live_product.base_url
    _see(page, f"{base_url}/admin/login/")
    page.fill("#id_username", OWNER["DJANGO_SUPERUSER_EMAIL"])
    page.fill("#id_password", OWNER["DJANGO_SUPERUSER_PASSWORD"])
    page.click("[type=submit]")
    page.locator(".needs").wait_for()
    user = f"reelballers/user/{wallet_id}/change/"
    for path in (
        "",
        "?range=12m",
        "log",
        "months",
        "find?q=x",
        f"wallets/{wallet_id}",
        "reelballers/user/",
        user,
    ):
        _see(page, f"{base_url}/admin/{path}")
    assert (
        page.locator("#header").evaluate("each => getComputedStyle(each).backgroundColor")
        == "rgb(16, 21, 15)"
    )
