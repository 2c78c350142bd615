"""What would be sold for nothing is asked about, and sold only on purpose."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Visit
from tests.clips import make_clip

pytestmark = pytest.mark.browser


def test_drawing_nothing_is_asked_about(visit: Visit, clip: Path) -> None:
    page = visit.page
    visit.top_up("0.50", "50 credits")
    page.goto("/")
    visit.upload(clip)
    page.goto(f"{page.url.split('?')[0]}?type=annotate")
    page.get_by_test_id("start").click()
    expect(page.get_by_role("heading", name="This changes nothing")).to_be_visible()
    page.get_by_role("button", name="Keep editing").click()
    visit.expect_balance(50)
    page.get_by_test_id("start").click()
    page.get_by_role("button", name="Export anyway for 10 credits").click()
    page.wait_for_url("**/exports/**")
    visit.expect_balance(40)


def test_a_clip_that_has_the_shape_already_is_asked_about(visit: Visit, tmp_path: Path) -> None:
    visit.upload(make_clip(tmp_path / "Upright.mp4", seconds=1, size=(1080, 1920)))
    visit.page.get_by_test_id("start").click()
    expect(visit.page.get_by_role("heading", name="This changes nothing")).to_be_visible()


def test_the_same_export_again_is_offered_as_it_is_and_sold_only_on_purpose(visit: Visit, clip: Path) -> None:
    page = visit.page
    visit.top_up("0.50", "50 credits")
    page.goto("/")
    visit.upload(clip)
    editor = page.url
    visit.start_export()
    first = page.url
    visit.expect_export("succeeded")
    page.goto(editor)
    page.get_by_test_id("start").click()
    expect(page.get_by_role("heading", name="You have this one")).to_be_visible()
    page.get_by_role("button", name="Open it").click()
    page.wait_for_url(first)
    visit.expect_balance(45)
    page.goto(editor)
    page.get_by_test_id("start").click()
    page.get_by_role("button", name="Export again for 5 credits").click()
    page.wait_for_url("**/exports/**")
    assert page.url != first
    visit.expect_balance(40)
