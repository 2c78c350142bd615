"""A browser that keeps no cookie of ours: it is told so before money or a clip could be lost."""

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def without_cookies(visit: Visit) -> Visit:
    """What an answer sets is gone before the next call, as where a browser blocks it."""

    def forget(route: Route) -> None:
        visit.context.clear_cookies()
        route.continue_()

    visit.page.route("**/api/me", forget)
    return visit


def test_nobody_is_sent_to_pay_who_could_not_find_the_credits(without_cookies: Visit) -> None:
    page = without_cookies.page
    page.get_by_test_id("balance").click()
    page.get_by_role("button", name="Pay $").click()
    expect(page.get_by_role("alert")).to_contain_text("blocks our cookie")
    expect(page.get_by_role("button", name="Pay $")).to_be_enabled()
    assert "/pay/" not in page.url


def test_an_upload_that_could_not_be_found_again_says_why(without_cookies: Visit, clip: Path) -> None:
    page = without_cookies.page
    page.get_by_test_id("file").set_input_files(clip)
    expect(page.get_by_role("alert")).to_contain_text("blocks our cookie")
    assert "/clips/" not in page.url
