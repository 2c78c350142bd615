"""The film leaves the page: saved, shared, and told of while nobody looks."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser

# What a phone has and this Chromium has not: a share sheet, and a person who answers the question about notifications.
PHONE = """
window.shared = []; window.told = []; window.asked = 0;
navigator.canShare = ({files}) => files.length > 0;
navigator.share = async ({files}) => { shared.push([files[0].name, files[0].type, files[0].size]); };
window.Notification = class {
    static permission = 'default';
    static async requestPermission() { window.asked++; return (Notification.permission = 'granted'); }
    constructor(title) { window.told.push(title); }
};
"""


@pytest.fixture
def phone(new_visit: Callable[..., Visit]) -> Visit:
    visit = new_visit()
    visit.page.add_init_script(PHONE)
    visit.page.goto("/")
    visit.top_up("0.50", "50 credits")
    visit.page.goto("/")
    return visit


def test_the_film_is_saved_and_shared_without_scrolling(phone: Visit, clip: Path) -> None:
    page = phone.page
    phone.upload(clip)
    phone.start_export()
    phone.expect_export("succeeded")
    for name in ("download", "share"):
        box = page.get_by_test_id(name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 844 - 64, name  # above the tab bar
    with page.expect_download() as download:
        page.get_by_test_id("download").click()
    assert download.value.suggested_filename == "Fast break · Reframe 9x16.mp4"
    page.get_by_test_id("share").click()
    phone.wait_until("shared.length === 1")
    name, kind, size = page.evaluate("shared[0]")
    assert (name, kind) == ("Fast break · Reframe 9x16.mp4", "video/mp4")
    assert size == download.value.path().stat().st_size


def test_a_notification_is_asked_for_at_export_only_and_comes_when_nobody_looks(
    phone: Visit, clip: Path
) -> None:
    page = phone.page
    phone.upload(clip)
    expect(page.get_by_text("45 credits left afterwards")).to_be_visible()
    assert page.evaluate("asked") == 0
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true})")
    phone.start_export()
    assert page.evaluate("asked") == 1
    phone.wait_until("told.length === 1", timeout_ms=60_000)
    assert page.evaluate("told") == ["Fast break is ready."]


def test_the_tab_tells_how_far_it_is(phone: Visit, clip: Path) -> None:
    phone.upload(clip)
    phone.start_export()
    expect(phone.page).to_have_title(re.compile(r"^\d+ % · Reframe · Fast break"))
    phone.expect_export("succeeded")
    expect(phone.page).to_have_title("Reframe · Fast break · Reel Ballers")
