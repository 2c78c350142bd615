"""What goes wrong on a real evening: no network, a server that restarts, a lost session, a change of mind."""

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visit import Visit
from tests.clips import make_clip
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="session")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Takes the local runner long enough to be interrupted."""
    return make_clip(tmp_path_factory.mktemp("clips") / "Whole quarter.mp4", seconds=45, size=(1280, 720))


def test_a_running_export_is_cancelled_and_refunded(visit: Visit, long_clip: Path) -> None:
    page = visit.page
    visit.top_up("0.50", "50 credits")
    page.goto("/")
    visit.upload(long_clip)
    visit.start_export()
    visit.expect_balance(40)
    page.get_by_role("button", name="Cancel export").click()
    page.get_by_role("button", name="Cancel and refund").click()
    visit.expect_export("cancelled")
    expect(page.get_by_text("10 credits came back to your balance.")).to_be_visible()
    visit.expect_balance(50)


def test_an_export_survives_a_reload_and_a_power_cut(
    visit: Visit, long_clip: Path, live_product: Product
) -> None:
    visit.top_up("0.50", "50 credits")
    visit.page.goto("/")
    visit.upload(long_clip)
    visit.start_export()
    visit.page.reload()
    expect(visit.page.get_by_role("progressbar")).to_be_visible()
    live_product.kill()
    expect(visit.page.get_by_text("We cannot reach Reel Ballers right now")).to_be_visible(timeout=15_000)
    live_product.start()
    visit.page.locator("[data-testid=export]").filter(has_text="came back").or_(
        visit.page.locator("[data-testid=export][data-status=succeeded]")
    ).wait_for(timeout=90_000)
    expect(visit.page.get_by_text("We cannot reach Reel Ballers right now")).to_be_hidden()


def test_going_offline_says_so_and_coming_back_catches_up(visit: Visit, clip: Path) -> None:
    visit.top_up("0.50", "50 credits")
    visit.page.goto("/")
    visit.upload(clip)
    visit.context.set_offline(True)
    expect(visit.page.get_by_text("You are offline")).to_be_visible()
    visit.page.get_by_test_id("start").click()
    expect(visit.page.get_by_text("this export is never charged twice")).to_be_visible()
    visit.context.set_offline(False)
    expect(visit.page.get_by_text("You are offline")).to_be_hidden()
    visit.start_export()
    visit.expect_balance(45)


def test_a_lost_answer_is_asked_for_again_and_paid_once(visit: Visit, clip: Path) -> None:
    """The server starts the export, its answer never arrives, and the page tries again with the same key."""
    visit.top_up("0.50", "50 credits")
    visit.page.goto("/")
    visit.upload(clip)
    lost: list[str] = []

    def lose_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    visit.page.route("**/api/export/start", lose_first_answer)
    visit.start_export()
    visit.expect_balance(45)
    assert [reason for reason, _ in visit.history()] == ["debit", "topup"]


def test_a_broken_upload_can_be_tried_again(visit: Visit, clip: Path) -> None:
    visit.page.route(
        "**/api/projects",
        lambda route: route.abort() if route.request.method == "POST" else route.continue_(),
    )
    visit.page.get_by_test_id("file").set_input_files(clip)
    expect(visit.page.get_by_text("Fast break.mp4 was not uploaded")).to_be_visible()
    visit.page.unroute("**/api/projects")
    visit.page.get_by_role("button", name="Try again").click()
    visit.page.wait_for_url("**/clips/**")


def test_what_says_that_we_are_away_never_lies_over_the_way_out(visit: Visit, clip: Path) -> None:
    visit.page.route("**/api/projects", lambda route: route.abort())
    visit.page.get_by_test_id("file").set_input_files(clip)
    away = visit.page.get_by_text("We cannot reach Reel Ballers right now")
    again = visit.page.get_by_role("button", name="Try again")
    for height in range(480, 900, 40):
        visit.page.set_viewport_size({"width": 390, "height": height})
        again.scroll_into_view_if_needed()
        one, other = away.bounding_box(), again.bounding_box()
        assert one is not None
        assert other is not None
        assert one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


def test_a_file_that_is_no_video_is_refused_in_plain_words(visit: Visit, tmp_path: Path) -> None:
    fake = tmp_path / "notes.mp4"
    fake.write_text("these are my notes, not a video")
    visit.page.get_by_test_id("file").set_input_files(fake)
    expect(visit.page.get_by_role("alert")).to_contain_text("not an mp4 or mov video")
    visit.page.get_by_test_id("file").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"x"}
    )
    expect(visit.page.get_by_role("alert")).to_contain_text("Choose another file")


def test_a_lost_session_is_told_from_an_empty_wallet(visit: Visit) -> None:
    visit.top_up("0.50", "50 credits")
    visit.context.clear_cookies()
    visit.page.goto("/")
    visit.expect_balance(0)
    expect(visit.page.get_by_text("no longer signed in to its wallet")).to_be_visible()
    visit.page.get_by_role("button", name="Start fresh here").click()
    expect(visit.page.get_by_text("no longer signed in to its wallet")).to_be_hidden()


def test_a_deleted_clip_is_gone_and_its_history_stays(visit: Visit, clip: Path) -> None:
    visit.top_up("0.50", "50 credits")
    visit.page.goto("/")
    visit.upload(clip)
    visit.start_export()
    visit.expect_export("succeeded")
    visit.page.goto("/")
    visit.page.get_by_role("button", name="Delete Fast break").click()
    visit.page.get_by_role("button", name="Delete clip").click()
    expect(visit.page.get_by_text("Drop a clip here")).to_be_visible()
    assert [reason for reason, _ in visit.history()] == ["debit", "topup"]
    expect(visit.page.get_by_role("link", name="Reframe · Fast break")).to_be_visible()


def test_a_price_that_rose_is_asked_about_before_anything_is_taken(visit: Visit, clip: Path) -> None:
    visit.top_up("0.50", "50 credits")
    visit.page.goto("/")
    visit.upload(clip)
    refusal = {"detail": {"error": "The price is higher than you accepted", "cost_cents": 7}}
    visit.page.route("**/api/export/start", lambda route: route.fulfill(status=409, json=refusal), times=1)
    visit.page.get_by_test_id("start").click()
    expect(visit.page.get_by_text("costs 7 credits now, not 5 credits")).to_be_visible()
    visit.expect_balance(50)
    with visit.page.expect_request("**/api/export/start") as started:
        visit.page.get_by_role("button", name="Export for 7 credits").click()
    assert started.value.post_data_json["cost_cents"] == 7
    visit.page.wait_for_url("**/exports/**")
    visit.expect_balance(45)  # a lower price is charged as such


def test_credits_spent_elsewhere_are_noticed_at_the_click(visit: Visit, clip: Path) -> None:
    visit.top_up("0.50", "50 credits")
    visit.page.goto("/")
    visit.upload(clip)
    expect(visit.page.get_by_text("45 credits left afterwards")).to_be_visible()
    visit.page.evaluate(
        """() => fetch('/api/debit', {method: 'POST', credentials: 'include',
            headers: {'Content-Type': 'application/json'},
            body: JSON.stringify({job_id: 'elsewhere', cost_cents: 48})})"""
    )
    visit.page.get_by_test_id("start").click()
    expect(visit.page.get_by_role("heading", name="3 credits short")).to_be_visible()
    visit.expect_balance(2)
