"""The main job in a browser: nothing, then a clip, credits, an export and a file."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from exports.video.probe import probe
from tests.browser.visit import PAYS, Visit

pytestmark = pytest.mark.browser


def test_a_first_visitor_gets_from_nothing_to_a_downloaded_file(
    visit: Visit, clip: Path, tmp_path: Path
) -> None:
    page = visit.page
    visit.expect_balance(0)
    visit.upload(clip)
    expect(page.get_by_test_id("price")).to_have_attribute("data-cents", "5")
    page.get_by_text("1:1", exact=True).click()

    # Five credits are missing: one click pays for them, and the way back leads to the same settings.
    page.get_by_test_id("start").click()
    expect(page.get_by_role("heading", name="5 credits short")).to_be_visible()
    page.get_by_test_id("pay-missing").click()
    page.wait_for_url("**/pay/**")
    visit.choose_card(PAYS)
    page.get_by_role("heading", name="50 credits added").wait_for(timeout=20_000)
    visit.expect_balance(50)
    page.get_by_role("link", name="Back to your export").click()
    expect(page.get_by_label("1:1")).to_be_checked()

    visit.start_export()
    visit.expect_balance(45)
    visit.expect_export("succeeded")
    with page.expect_download() as download:
        page.get_by_test_id("download").click()
    download.value.save_as(tmp_path / "out.mp4")
    facts = probe(tmp_path / "out.mp4")
    assert (facts.width, facts.height, facts.has_audio) == (1080, 1080, True)

    assert visit.history() == [("debit", "−5"), ("topup", "+50")]
    expect(page.get_by_role("link", name="Reframe · Fast break")).to_be_visible()
    page.reload()
    visit.expect_balance(45)


def test_a_double_click_on_export_pays_once(visit: Visit, clip: Path) -> None:
    visit.top_up("5", "500 credits")
    visit.page.goto("/")
    visit.upload(clip)
    expect(visit.page.get_by_test_id("price")).to_have_attribute("data-cents", "5")
    visit.page.get_by_test_id("start").dblclick()
    visit.page.wait_for_url("**/exports/**")
    visit.expect_balance(495)
    assert [reason for reason, _ in visit.history()] == ["debit", "topup"]


def test_a_failed_export_says_why_and_shows_the_refund(visit: Visit, broken_clip: Path) -> None:
    visit.top_up("0.50", "50 credits")
    visit.page.goto("/")
    visit.upload(broken_clip)
    visit.start_export()
    visit.expect_export("failed")
    expect(visit.page.get_by_text("5 credits came back to your balance.")).to_be_visible()
    visit.expect_balance(50)
    visit.page.goto("/exports")
    expect(visit.page.get_by_test_id("job")).to_contain_text("0 credits, 5 refunded")
    assert [reason for reason, _ in visit.history()] == ["refund", "debit", "topup"]


def test_a_plain_fetch_from_the_app_needs_no_token(visit: Visit) -> None:
    answer = visit.page.evaluate(
        """async () => {
            const wallet = await fetch('/api/wallet', {credentials: 'include'});
            const topup = await fetch('/api/topup', {method: 'POST', credentials: 'include',
                headers: {'Content-Type': 'application/json'}, body: JSON.stringify({amount_cents: 500})});
            return [wallet.status, topup.status];
        }"""
    )
    assert answer == [200, 200]
