"""The editor under the fingers of who has used one before."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


def test_space_plays_and_the_arrows_go_by_frames(visit: Visit, clip: Path) -> None:
    page = visit.page
    visit.upload(clip)
    visit.wait_until("document.querySelector('video').readyState >= 2")
    frame = (
        1
        / page.evaluate("fetch(`/api/projects/${location.pathname.split('/')[2]}`).then(r => r.json())")[
            "fps"
        ]
    )
    for key, seconds in (("ArrowRight", frame), ("ArrowRight", 2 * frame), ("ArrowLeft", frame), ("j", 0)):
        page.keyboard.press(key)
        assert page.evaluate("document.querySelector('video').currentTime") == pytest.approx(
            seconds, abs=1e-3
        )
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("document.querySelector('video').currentTime") == pytest.approx(1)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_undo_and_redo_go_across_the_kinds_of_export(visit: Visit, clip: Path) -> None:
    page = visit.page
    visit.upload(clip)
    page.get_by_role("slider", name="Left").fill("0.2")
    page.get_by_text("Upscale", exact=True).click()
    page.get_by_text("4×", exact=True).click()
    page.keyboard.press("Control+z")
    expect(page.get_by_label("2×")).to_be_checked()
    page.keyboard.press("Control+z")
    expect(page.get_by_label("Reframe")).to_be_checked()
    expect(page.get_by_role("slider", name="Left")).to_have_value("0.5")
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_role("slider", name="Left")).to_have_value("0.2")
    page.keyboard.press("Control+Shift+z")
    expect(page.get_by_label("4×")).to_be_checked()


def test_keys_that_a_control_takes_are_its_own(visit: Visit, clip: Path) -> None:
    page = visit.page
    visit.upload(clip)
    page.get_by_test_id("crop").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="Keyframe 1 at 0:00.0")).to_be_visible()
    page.get_by_role("slider", name="Zoom").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector('video').currentTime") == 0
