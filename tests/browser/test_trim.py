"""Cutting a clip: the price follows the part that is kept, and so does the film."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from exports.video.probe import probe
from tests.browser.visit import Visit
from tests.clips import make_clip

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """35 seconds: two blocks, the second one hardly used."""
    return make_clip(tmp_path_factory.mktemp("clips") / "Long drive.mp4", seconds=35, size=(320, 180))


def test_a_long_clip_is_cut_down_to_one_block(visit: Visit, long_clip: Path, tmp_path: Path) -> None:
    page = visit.page
    visit.top_up("0.50", "50 credits")
    page.goto("/")
    visit.upload(long_clip)
    page.goto(f"{page.url}?type=overlay")  # as small as its source: soon done
    price = page.get_by_test_id("price")
    expect(price).to_have_attribute("data-cents", "16")
    expect(page.get_by_test_id("how")).to_have_text("35 s = 2 × 8")
    page.get_by_test_id("to-block").click()
    expect(price).to_have_attribute("data-cents", "8")
    expect(page.get_by_test_id("kept")).to_have_text("0:30.0 of 0:35.0")
    visit.start_export()
    visit.expect_balance(42)
    visit.expect_export("succeeded")
    with page.expect_download() as download:
        page.get_by_test_id("download").click()
    download.value.save_as(tmp_path / "out.mp4")
    assert abs(probe(tmp_path / "out.mp4").duration_ms - 30_000) < 100

    # What it was made with comes back, the trim too.
    page.get_by_role("button", name="Change and export again").click()
    expect(page.get_by_test_id("kept")).to_have_text("0:30.0 of 0:35.0")


def test_the_trim_is_one_for_every_kind_and_undone_like_all_else(visit: Visit, clip: Path) -> None:
    page = visit.page
    visit.upload(clip)
    end = page.get_by_role("slider", name="End of the part")
    end.focus()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.get_by_test_id("kept")).to_have_text("0:01.0 of 0:02.0")
    page.get_by_text("Spotlight", exact=True).click()
    expect(page.get_by_test_id("kept")).to_have_text("0:01.0 of 0:02.0")
    page.get_by_role("button", name="Whole clip").click()
    expect(page.get_by_test_id("kept")).to_have_text("The whole clip")
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("kept")).to_have_text("0:01.0 of 0:02.0")
