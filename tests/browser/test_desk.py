"""The desk in a browser, from sign-in: found, explained and repaired with few clicks; phone, dark, keyboard."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk
from tests.browser.visit import Visit
from tests.product import Product

pytestmark = pytest.mark.browser

STRICT = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


@pytest.fixture(scope="session")
def password(live_product: Product) -> str:
    return desk.make_owner(live_product)


@pytest.fixture
def operator(new_visit: Callable[..., Visit], password: str) -> Visit:
    visit = new_visit(1280, 900)
    desk.sign_in(visit.page, password)
    return visit


def find(page: Page, text: str) -> None:
    page.get_by_role("searchbox", name="Find").fill(text)
    page.keyboard.press("Enter")


def test_back_and_again_after_a_refund_refunds_once(operator: Visit, live_product: Product) -> None:
    visitor = desk.new_visitor(live_product)
    session_id = desk.buy(visitor, 500)
    page = operator.page
    find(page, desk.payment_of(live_product, session_id))
    page.get_by_role("link", name="Refund…").click()
    page.get_by_label("Cents to refund").fill("200")
    page.get_by_label("Reason").fill("asked by mail")
    page.get_by_role("button", name="Show what it does").click()
    receipt = page.url
    page.get_by_role("button", name="Refund $2.00 at Stripe").dblclick()
    expect(page.get_by_role("status")).to_contain_text("Refund of $2.00")
    page.go_back()
    expect(page.get_by_role("status")).to_contain_text("Refund of $2.00")
    assert page.url == receipt
    page.reload()
    expect(page.get_by_role("button", name="Refund $2.00")).to_have_count(0)
    assert visitor.balance_cents() == 300


def test_a_lost_webhook_is_found_by_its_payment_and_repaired(operator: Visit, live_product: Product) -> None:
    desk.control(live_product, "POST", "deliveries/mode", hold=True)
    try:
        visitor = desk.new_visitor(live_product)
        session_id = visitor.top_up(700)
        find(operator.page, desk.payment_of(live_product, session_id))
        operator.page.get_by_role("button", name="Ask Stripe about this id").click()
        expect(operator.page.get_by_text("+700")).to_be_visible()
    finally:
        desk.control(live_product, "POST", "deliveries/mode", hold=False)
        desk.control(live_product, "POST", "deliveries/release")
    assert visitor.balance_cents() == 700


def test_a_visitor_is_found_by_the_address_at_checkout(operator: Visit, live_product: Product) -> None:
    visitor = desk.new_visitor(live_product)
    desk.buy(visitor, 500)
    find(operator.page, "BUYER@example.com")
    expect(operator.page.get_by_role("heading", level=1)).to_be_visible()
    assert "/admin/find" in operator.page.url or "/admin/wallets/" in operator.page.url


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
)
def test_no_page_has_a_fault(
    new_visit: Callable[..., Visit], password: str, live_product: Product, clip: Path, width: int, scheme: str
) -> None:
    visitor = desk.new_visitor(live_product)
    desk.buy(visitor, 500)
    job = desk.export(visitor, clip)
    user_id = desk.user_id_of(visitor)
    visit = new_visit(width, 900, color_scheme=scheme, bypass_csp=True)
    desk.sign_in(visit.page, password)
    for address in (
        *("", "?range=24h", "find?q=nothing", "log", "months", "rows"),
        *(f"wallets/{user_id}", f"wallets/{user_id}/acts?kind=bonus", f"jobs/{job['job_id']}"),
        *("reelballers/walletsummary/", "wallet_shared/paymentindex/", "exports_shared/jobsummary/"),
        *("wallet_shared/inboxevent/", "wallet_shared/unmatchedpayment/"),
    ):
        visit.page.goto(f"/admin/{address}")
        visit.expect_accessible()
        visit.expect_no_sideways_scroll()


def test_pages_keep_to_a_strict_policy(operator: Visit, live_product: Product) -> None:
    """Nothing inline, nothing from elsewhere: whatever policy the server sends, this one holds."""
    complaints: list[str] = []
    page = operator.page
    page.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)

    def tighten(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": STRICT})  # type: ignore[attr-defined]

    page.route("**/admin/**", tighten)
    visitor = desk.new_visitor(live_product)
    desk.buy(visitor, 500)
    for address in ("", "log", "months", f"wallets/{desk.user_id_of(visitor)}", "reelballers/walletsummary/"):
        page.goto(f"/admin/{address}")
    assert complaints == []


def test_the_keyboard_alone_finds_and_acts(operator: Visit, live_product: Product) -> None:
    visitor = desk.new_visitor(live_product)
    desk.buy(visitor, 500)
    page = operator.page
    page.goto("/admin/")
    find(page, desk.user_id_of(visitor))
    page.get_by_role("link", name="Give a bonus").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Credits to give").focus()
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    page.keyboard.type("sorry")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Give 20 credits").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("20 credits given.")
    assert visitor.balance_cents() == 520
