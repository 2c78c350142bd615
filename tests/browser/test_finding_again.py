"""Exports are found again: by their picture, their name, what was done, how it ended."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def two_exports(visit: Visit, clip: Path) -> Visit:
    """A spotlight that is ready, and a reframe that was made before it."""
    visit.top_up("0.50", "50 credits")
    visit.page.goto("/")
    visit.upload(clip)
    editor = visit.page.url
    for kind in ("framing", "overlay"):
        visit.page.goto(f"{editor}?type={kind}")
        visit.start_export()
        visit.expect_export("succeeded")
    visit.page.goto("/exports")
    return visit


def test_they_are_renamed_searched_narrowed_and_deleted(two_exports: Visit) -> None:
    page, rows = two_exports.page, two_exports.page.get_by_test_id("job")
    expect(rows).to_have_count(2)
    expect(rows.locator("img")).to_have_count(2)
    rows.first.get_by_role("button", name="Rename Fast break").click()
    page.get_by_role("textbox", name="Name").fill("The winner")
    page.get_by_role("button", name="Save").click()
    expect(rows.first).to_contain_text("The winner")

    page.get_by_role("searchbox", name="Search exports").fill("winner")
    expect(rows).to_have_count(1)
    page.reload()
    expect(rows).to_have_count(1)
    page.get_by_role("combobox", name="Any state").select_option("failed")
    expect(page.get_by_text("No export fits")).to_be_visible()
    page.get_by_role("button", name="Show all exports").click()
    page.get_by_role("combobox", name="Any kind").select_option("framing")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Reframe 9x16")

    rows.first.get_by_role("button", name="Delete Fast break").click()
    page.get_by_role("button", name="Delete export").click()
    expect(page.get_by_text("No export fits")).to_be_visible()
    assert [reason for reason, _ in two_exports.history()] == ["debit", "debit", "topup"]


def test_a_clip_is_renamed(visit: Visit, clip: Path) -> None:
    visit.upload(clip)
    visit.page.goto("/")
    visit.page.get_by_role("button", name="Rename Fast break").click()
    visit.page.get_by_role("textbox", name="Name").fill("Semi-final")
    visit.page.get_by_role("button", name="Save").click()
    expect(visit.page.get_by_test_id("clip")).to_contain_text("Semi-final")
