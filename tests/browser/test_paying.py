"""Buying credits: every card, every way out of the checkout, several tabs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visit import AUTHENTICATES, DECLINES, PAYS, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_card_that_asks_for_authentication_is_credited(visit: Visit) -> None:
    visit.open_checkout("5")
    visit.choose_card(AUTHENTICATES)
    visit.page.get_by_role("button", name="Complete authentication").click()
    visit.page.get_by_role("heading", name="500 credits added").wait_for(timeout=20_000)
    visit.expect_balance(500)


def test_a_declined_card_can_be_left_without_loss(visit: Visit) -> None:
    visit.open_checkout("5")
    visit.choose_card(DECLINES)
    expect(visit.page.get_by_role("alert")).to_contain_text("declined")
    visit.page.get_by_role("link", name="Back to Reel Ballers").click()
    expect(visit.page.get_by_text("Nothing was charged")).to_be_visible()
    visit.expect_balance(0)


def test_the_sheet_explains_its_limits(visit: Visit) -> None:
    visit.page.get_by_test_id("balance").click()
    amount = visit.page.get_by_label("Or your own amount")
    pay = visit.page.get_by_role("button", name="Pay")
    for typed, words in (("0.49", "smallest"), ("500.01", "largest"), ("ten", "dollars and cents")):
        amount.fill(typed)
        expect(visit.page.get_by_text(words, exact=False).first).to_be_visible()
        expect(pay).to_be_disabled()


def test_a_double_click_opens_one_checkout(visit: Visit) -> None:
    asked: list[str] = []
    visit.page.on("request", lambda r: asked.append(r.url) if r.url.endswith("/api/topup") else None)
    visit.page.get_by_test_id("balance").click()
    visit.page.get_by_role("button", name="Pay $").dblclick()
    visit.page.wait_for_url("**/pay/**")
    assert len(asked) == 1


def test_the_back_button_leads_from_the_checkout_to_a_sheet_that_works(visit: Visit) -> None:
    visit.open_checkout("5")
    visit.page.go_back()
    pay = visit.page.get_by_role("button", name="Pay $")
    expect(pay).to_be_enabled()
    pay.click()
    visit.page.wait_for_url("**/pay/**")
    visit.choose_card(PAYS)
    visit.page.get_by_role("heading", name="credits added").wait_for(timeout=20_000)


def test_the_back_button_closes_the_sheet(visit: Visit) -> None:
    visit.page.get_by_test_id("balance").click()
    sheet = visit.page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    visit.page.go_back()
    expect(sheet).to_be_hidden()
    expect(visit.page.get_by_test_id("balance")).to_be_focused()


def test_another_tab_learns_of_new_credits_by_itself(visit: Visit) -> None:
    visit.top_up("0.50", "50 credits")
    other = visit.new_tab()
    other.goto("/")
    visit.expect_balance(50, other)
    visit.page.goto("/")
    visit.top_up("5", "500 credits")
    visit.expect_balance(550, other)


def test_someone_elses_payment_is_not_shown(visit: Visit, new_visit: Callable[..., Visit]) -> None:
    visit.top_up("5", "500 credits")
    stranger = new_visit()
    stranger.page.goto(visit.page.url)
    expect(stranger.page.get_by_text("We cannot find this payment here")).to_be_visible()
    stranger.expect_balance(0)
