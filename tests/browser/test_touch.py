"""Editing with a finger: a swipe scrolls, a handle or a still press drags."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.touch import Finger
from tests.browser.visit import Visit
from tests.clips import make_clip

pytestmark = pytest.mark.browser
LONG_PRESS_MS = 400


@pytest.fixture(scope="module")
def portrait_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "From the stands.mp4", seconds=2, size=(360, 640))


@pytest.fixture
def phone(new_visit: Callable[..., Visit]) -> Visit:
    visit = new_visit(has_touch=True, is_mobile=True)
    visit.page.goto("/")
    return visit


def keyframes(visit: Visit) -> Locator:
    return visit.page.get_by_role("button", name="Keyframe 1 at")


def test_a_swipe_over_a_portrait_clip_scrolls_and_changes_nothing(phone: Visit, portrait_clip: Path) -> None:
    phone.upload(portrait_clip)
    for kind, stage in (("framing", "crop"), ("overlay", "spotlight")):
        phone.page.goto(f"{phone.page.url.split('?')[0]}?type={kind}")
        crop = phone.page.get_by_test_id(stage)
        expect(crop).to_be_visible()
        Finger(phone.page).move(crop, dy=-250)
        phone.wait_until("scrollY > 100")
        expect(keyframes(phone)).to_have_count(0)


def test_the_handle_drags_at_once(phone: Visit, clip: Path) -> None:
    phone.upload(clip)
    before = phone.page.get_by_test_id("crop").bounding_box()
    Finger(phone.page).move(phone.page.locator("[data-handle=move]"), dx=60, dy=20)
    expect(keyframes(phone)).to_be_visible()
    after = phone.page.get_by_test_id("crop").bounding_box()
    assert before is not None
    assert after is not None
    assert after["x"] > before["x"] + 40


def test_a_still_press_drags_and_holds_the_page(phone: Visit, clip: Path) -> None:
    phone.upload(clip)
    # A frame of half the height, so that there is somewhere to go up and down.
    phone.page.get_by_role("slider", name="Zoom").fill("2")
    phone.page.get_by_test_id("crop").scroll_into_view_if_needed()
    scrolled = phone.page.evaluate("scrollY")
    Finger(phone.page).move(phone.page.get_by_test_id("crop"), dx=-30, dy=-30, held_ms=LONG_PRESS_MS)
    assert phone.page.evaluate("scrollY") == scrolled
    expect(phone.page.get_by_role("slider", name="Left")).not_to_have_value("0.5")
    expect(phone.page.get_by_role("slider", name="Up")).not_to_have_value("0.5")
