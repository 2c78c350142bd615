"""Each kind of export from its own editor to the downloaded file, sold at its price."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from exports.video.probe import probe
from tests.browser.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(
    ("kind", "price_cents", "growth"), [("overlay", 8, 1), ("annotate", 10, 1), ("upscale", 30, 2)]
)
def test_it_is_exported_and_downloaded(
    visit: Visit, clip: Path, tmp_path: Path, kind: str, price_cents: int, growth: int
) -> None:
    page = visit.page
    visit.top_up("1.00", "100 credits")
    page.goto("/")
    visit.upload(clip)
    page.goto(f"{page.url.split('?')[0]}?type={kind}")
    expect(page.get_by_test_id("price")).to_have_attribute("data-cents", str(price_cents))
    visit.start_export()
    visit.expect_balance(100 - price_cents)
    visit.expect_export("succeeded")
    with page.expect_download() as download:
        page.get_by_test_id("download").click()
    download.value.save_as(tmp_path / "out.mp4")
    source, made = probe(clip), probe(tmp_path / "out.mp4")
    assert (made.width, made.height) == (growth * source.width, growth * source.height)
    assert visit.history()[0] == ("debit", f"−{price_cents}")
