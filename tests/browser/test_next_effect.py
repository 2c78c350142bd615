"""One effect on top of another."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


def test_a_film_becomes_a_clip_for_the_next_effect(visit: Visit, clip: Path) -> None:
    page = visit.page
    visit.top_up("0.50", "50 credits")
    page.goto("/")
    visit.upload(clip)
    page.goto(f"{page.url}?type=overlay")
    visit.start_export()
    visit.expect_export("succeeded")
    page.get_by_test_id("use-as-clip").click()
    page.wait_for_url("**/clips/**")
    expect(page.get_by_test_id("price")).to_have_attribute("data-cents", "5")
    page.goto("/")
    expect(page.get_by_test_id("clip")).to_have_count(2)
