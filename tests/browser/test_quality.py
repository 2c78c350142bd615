"""Every page: usable with a screen reader and the keyboard alone, at both widths, light and dark."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.visit import PAYS, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"phone": (390, 844), "desktop": (1280, 800)}


@pytest.mark.timeout(400)  # twenty pages, each looked at by axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_no_page_has_an_accessibility_fault(
    new_visit: Callable[..., Visit], clip: Path, size: str, scheme: str
) -> None:
    visit = new_visit(*SIZES[size], color_scheme=scheme, reduced_motion="reduce")
    page = visit.page

    def look(address: str, landmark: str) -> None:
        if address:
            page.goto(address)
        page.get_by_text(landmark).locator("visible=true").first.wait_for()
        visit.expect_accessible()
        visit.expect_no_sideways_scroll()

    look("/", "Fair by design")
    look("/try", "Trying is free")
    look("/try?type=annotate", "Nothing drawn yet")
    for address, words in (
        ("/prices", "Credits per 30 s"),
        ("/refunds", "not spent"),
        ("/terms", "stay yours"),
    ):
        look(address, words)
    look("/privacy", "one cookie")
    page.goto("/")
    page.get_by_test_id("balance").click()
    look("", "Choose a pack")
    visit.page.keyboard.press("Escape")
    visit.top_up("0.50", "50 credits")
    look("", "Your balance is 50 credits")
    page.goto("/")
    visit.upload(clip)
    look("", "45 credits left afterwards")
    visit.start_export()
    visit.expect_export("succeeded")
    look("", "Download")
    look("/exports", "File kept until")
    page.get_by_role("button", name="Rename Fast break").click()
    look("", "Save")
    page.keyboard.press("Escape")
    look("/history", "Credits bought")
    look("/", "Your clips")
    look("/cancel", "Nothing was charged")
    look("/success?session_id=cs_test_unknown", "We cannot find this payment")
    look("/nowhere", "There is no page")
    look("/clips/0000", "This clip is not here")
    look("/exports/0000", "This export is not here")


def test_the_main_job_works_with_the_keyboard_alone(visit: Visit, clip: Path) -> None:
    page = visit.page
    visit.upload(clip)  # the file dialog is the system's own
    crop = page.get_by_test_id("crop")
    _tab_to(visit, "[data-testid=crop]")
    before = crop.bounding_box()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("+")
    expect(page.get_by_role("button", name="Keyframe 1 at")).to_be_visible()
    after = crop.bounding_box()
    assert before is not None
    assert after is not None
    assert after["x"] < before["x"]
    assert after["width"] < before["width"]

    _tab_to(visit, "[data-testid=start]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="5 credits short")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("start")).to_be_focused()
    page.keyboard.press("Enter")
    _tab_to(visit, "[data-testid=pay-missing]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/pay/**")
    visit.choose_card(PAYS)
    page.get_by_role("heading", name="50 credits added").wait_for(timeout=20_000)
    page.get_by_role("link", name="Back to your export").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("price")).to_have_attribute("data-cents", "5")
    _tab_to(visit, "[data-testid=start]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/exports/**")
    visit.expect_export("succeeded")
    expect(page.get_by_role("status").filter(has_text="Fast break is ready.")).to_be_attached()


def _tab_to(visit: Visit, selector: str) -> None:
    for _ in range(60):
        visit.page.keyboard.press("Tab")
        if visit.page.evaluate("(wanted) => document.activeElement?.matches(wanted)", selector):
            return
    raise AssertionError(f"the Tab key never reaches {selector}")
