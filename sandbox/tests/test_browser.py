"""The test cards in a real browser, by mouse and by keyboard."""

import pytest

from sandbox.tests.conftest import session_params

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium, sandbox, stripe_api):
    """The checkout page of a new session, on a phone; it returns to the sandbox's own page."""
    returns = {
        "success_url": f"{sandbox.url}/?paid={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{sandbox.url}/?back",
    }
    session = stripe_api.v1.checkout.sessions.create(session_params(**returns))
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(session.url)
    yield page
    page.close()


def test_success_by_keyboard_alone(page):
    page.get_by_label("Email").focus()
    for text in ("buyer@example.com", "4242 4242 4242 4242", "12/34", "123"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?paid=cs_test_*")


def test_decline_shows_its_message_where_it_is_read_and_allows_another_try(page):
    page.get_by_role("button", name="4000 0000 0000 0002").click()
    assert page.get_by_role("alert").inner_text() == "Your card was declined."
    assert page.get_by_label("Card number").get_attribute("aria-describedby") == "error"
    page.get_by_role("button", name="4242 4242 4242 4242").click()
    page.wait_for_url("**/?paid=cs_test_*")


def test_authentication_refused_then_accepted(page):
    page.get_by_role("button", name="Asks for authentication").click()
    page.get_by_role("button", name="Fail authentication").click()
    assert "unable to authenticate" in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Asks for authentication").click()
    page.get_by_role("button", name="Complete authentication").click()
    page.wait_for_url("**/?paid=cs_test_*")


def test_cancel_goes_back_to_the_app(page):
    page.get_by_role("link", name="Back").click()
    page.wait_for_url("**/?back")


def test_it_fits_a_phone_and_says_that_it_is_a_sandbox(page):
    assert page.get_by_text("no real money").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
