"""Several films of one clip in one press."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


def test_a_set_is_one_press_one_price_and_two_films(visit: Visit, clip: Path) -> None:
    page = visit.page
    visit.top_up("0.50", "50 credits")
    page.goto("/")
    visit.upload(clip)
    page.get_by_role("slider", name="Left").fill("0.3")
    page.get_by_test_id("set").click()
    expect(page.get_by_label("Reframe 9:16")).to_be_checked()
    page.get_by_label("Reframe 1:1").uncheck()
    expect(page.get_by_test_id("buy-set")).to_be_disabled()
    page.get_by_role("checkbox", name="Spotlight").check()
    page.get_by_role("button", name="Export 2 for 13 credits").click()
    page.wait_for_url("**/exports?project_id=*")
    expect(page.get_by_test_id("job")).to_have_count(2)
    visit.expect_balance(37)
    expect(page.locator('[data-testid=job][data-status="succeeded"]')).to_have_count(2, timeout=60_000)
    assert sorted(change for _, change in visit.history()) == ["+50", "−5", "−8"]
