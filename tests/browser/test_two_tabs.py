"""Two tabs on one clip: they share what is set up, and what is sold."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


def test_a_change_in_one_tab_is_not_overwritten_by_the_other(visit: Visit, clip: Path) -> None:
    visit.upload(clip)
    other = visit.new_tab()
    other.goto(visit.page.url)
    other.get_by_test_id("crop").wait_for()
    visit.page.get_by_role("slider", name="Left").fill("0.2")
    expect(other.get_by_role("slider", name="Left")).to_have_value("0.2")

    other.get_by_role("slider", name="Position").fill("1.5")
    other.get_by_role("slider", name="Left").fill("0.7")
    expect(visit.page.get_by_role("button", name="Keyframe")).to_have_count(3)  # two, and the one to place
    visit.page.reload()
    expect(visit.page.get_by_role("button", name="Keyframe 2 at 0:01.5")).to_be_visible()
    visit.page.goto("/")
    other.get_by_role("button", name="Undo").click()
    expect(other.get_by_role("button", name="Keyframe 1 at")).to_be_visible()
    expect(other.get_by_role("button", name="Keyframe 2 at")).to_have_count(0)


def test_a_tab_that_did_not_hear_of_the_change_asks(visit: Visit, clip: Path) -> None:
    visit.upload(clip)
    page = visit.page
    page.evaluate(
        """() => {
            const key = Object.keys(localStorage).find(name => name.startsWith('draft:'))
                ?? `draft:${location.pathname.split('/').pop()}:framing`;
            localStorage.setItem(key, JSON.stringify({params: {aspect: '4:5'}, version: 'theirs'}));
        }"""
    )
    page.get_by_text("1:1", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("changed in another tab")
    page.get_by_role("button", name="Use the other tab's").click()
    expect(page.get_by_label("4:5")).to_be_checked()
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("1:1")).to_be_checked()


def test_export_pressed_in_both_tabs_is_sold_once(visit: Visit, clip: Path) -> None:
    visit.top_up("0.50", "50 credits")
    visit.page.goto("/")
    visit.upload(clip)
    other = visit.new_tab()
    other.goto(visit.page.url)
    for page in (visit.page, other):
        expect(page.get_by_test_id("price")).to_have_attribute("data-cents", "5")
    visit.page.get_by_test_id("start").click(no_wait_after=True)
    other.get_by_test_id("start").click()
    visit.page.wait_for_url("**/exports/**")
    other.wait_for_url("**/exports/**")
    assert other.url == visit.page.url
    visit.expect_balance(45)


def test_starting_over_asks_first_and_can_be_undone(visit: Visit, clip: Path) -> None:
    visit.upload(clip)
    page = visit.page
    page.get_by_role("slider", name="Left").fill("0.2")
    keyframe = page.get_by_role("button", name="Keyframe 1 at")
    page.get_by_role("button", name="Start over").click()
    page.get_by_role("button", name="Keep it").click()
    expect(keyframe).to_be_visible()
    page.get_by_role("button", name="Start over").click()
    page.get_by_role("dialog").get_by_role("button", name="Start over").click()
    expect(keyframe).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(keyframe).to_be_visible()
    page.get_by_role("button", name="Redo").click()
    expect(keyframe).to_be_hidden()
