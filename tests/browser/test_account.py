"""A wallet that is kept by an address and found again from another browser."""

import re
from collections.abc import Callable

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.visit import Visit
from tests.product import Product

pytestmark = pytest.mark.browser


def newest_code(product: Product, address: str) -> str:
    mails = requests.get(f"{product.sandbox_url}/control/mails", timeout=10).json()
    mail = next(mail for mail in mails if mail["to"] == [address])
    return re.findall(r"\b\d{6}\b", mail["text"])[0]


def enter(visit: Visit, product: Product, address: str) -> None:
    page = visit.page
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Email address").fill(address)
    sheet.get_by_role("button", name="Send me a code").click()
    code = sheet.get_by_label("Six-digit code")
    expect(code).to_be_focused()
    code.fill(newest_code(product, address.lower()))
    code.press("Enter")


def test_a_payer_keeps_the_wallet_and_finds_it_in_another_browser(
    visit: Visit, new_visit: Callable[..., Visit], live_product: Product
) -> None:
    visit.top_up("5", "500 credits")
    paid_at = visit.page.url
    visit.page.get_by_role("button", name="Keep it with my email").click()
    visit.expect_accessible()
    enter(visit, live_product, "anna@example.com")
    expect(visit.page.get_by_text("Your wallet is kept")).to_be_visible()
    expect(visit.page.get_by_text("Signed in as anna@example.com.")).to_be_visible()
    visit.expect_accessible()
    visit.expect_balance(500)

    # The landing page opened in another browser, as a bank's app does, leads to the wallet.
    elsewhere = new_visit(width=1280, height=800)
    elsewhere.page.goto(paid_at)
    elsewhere.page.get_by_role("button", name="Sign in").click()
    enter(elsewhere, live_product, "Anna@Example.com")
    expect(elsewhere.page.get_by_text("You are signed in", exact=True)).to_be_visible()
    elsewhere.expect_balance(500)
    expect(elsewhere.page.get_by_test_id("devices").get_by_role("listitem")).to_have_count(2)

    # Sign out everywhere else: the first browser is nobody.
    elsewhere.page.get_by_role("button", name="Sign out everywhere else").click()
    expect(elsewhere.page.get_by_test_id("devices").get_by_role("listitem")).to_have_count(1)
    visit.page.goto("/")
    visit.expect_balance(0)


def test_signing_out_opens_the_guests_wallet_again(
    visit: Visit, new_visit: Callable[..., Visit], live_product: Product
) -> None:
    laptop = new_visit()
    laptop.page.goto("/#account")
    enter(laptop, live_product, "ben@example.com")
    expect(laptop.page.get_by_text("Your account is ready")).to_be_visible()

    visit.top_up("5", "500 credits")
    visit.page.get_by_test_id("account").click()
    enter(visit, live_product, "ben@example.com")
    expect(visit.page.get_by_text("Add this browser's 500 credits to your account?")).to_be_visible()
    visit.expect_accessible()
    visit.page.get_by_role("button", name="Not now").click()
    expect(visit.page.get_by_text("This browser's own wallet has 500 credits")).to_be_visible()
    visit.expect_balance(0)
    visit.page.get_by_role("button", name="Sign out", exact=True).click()
    visit.expect_balance(500)


def test_two_wallets_become_one_whatever_is_clicked_twice(
    visit: Visit, new_visit: Callable[..., Visit], live_product: Product
) -> None:
    laptop = new_visit(width=1280, height=800)
    laptop.page.goto("/")
    laptop.top_up("3", "300 credits")
    laptop.page.get_by_role("button", name="Keep it with my email").click()
    enter(laptop, live_product, "dora@example.com")
    laptop.expect_balance(300)

    visit.top_up("5", "500 credits")
    visit.page.get_by_test_id("account").click()
    enter(visit, live_product, "dora@example.com")
    visit.page.get_by_role("button", name="Add them").dblclick()
    expect(visit.page.get_by_text("Added. Your balance is 800 credits.").first).to_be_visible()
    visit.expect_balance(800)
    assert visit.history()[0] == ("transfer", "+500")
    laptop.page.reload()
    laptop.expect_balance(800)


def test_a_wrong_code_says_so_and_the_right_one_still_works(visit: Visit, live_product: Product) -> None:
    visit.page.get_by_test_id("account").click()
    sheet = visit.page.get_by_role("dialog")
    sheet.get_by_label("Email address").fill("carla@example.com")
    sheet.get_by_role("button", name="Send me a code").click()
    code = sheet.get_by_label("Six-digit code")
    code.fill("000000")
    sheet.get_by_role("button", name="Confirm").click()
    expect(sheet.get_by_role("alert")).to_contain_text("That code does not work")
    visit.expect_accessible()
    code.fill(newest_code(live_product, "carla@example.com"))
    sheet.get_by_role("button", name="Confirm").click()
    expect(sheet.get_by_text("Your account is ready")).to_be_visible()


def test_the_way_back_asks_for_address_code_and_card(visit: Visit, live_product: Product) -> None:
    visit.page.get_by_test_id("account").click()
    sheet = visit.page.get_by_role("dialog")
    sheet.get_by_role("button", name="I paid, and my wallet is gone").click()
    sheet.get_by_label("Email address").fill("emil@example.com")
    sheet.get_by_role("button", name="Send me a code").click()
    sheet.get_by_label("Six-digit code").fill(newest_code_when_sent(visit, live_product, "emil@example.com"))
    sheet.get_by_label("Last four digits of the card").fill("4242")
    visit.expect_accessible()
    sheet.get_by_role("button", name="Confirm").click()
    expect(sheet.get_by_role("alert")).to_contain_text("We found no lost wallet")


def newest_code_when_sent(visit: Visit, product: Product, address: str) -> str:
    expect(visit.page.get_by_label("Six-digit code")).to_be_focused()
    return newest_code(product, address)
