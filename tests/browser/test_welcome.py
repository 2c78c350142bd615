"""The first page: what it does and costs, a sample that can be tried at once, and from whom one buys."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import expect

from tests.browser.visit import Visit
from tests.clips import make_clip
from tests.product import Product

pytestmark = pytest.mark.browser


def test_the_sample_is_tried_without_uploading_or_becoming_a_guest(visit: Visit) -> None:
    page = visit.page
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method != "GET" else None)
    page.get_by_role("link", name="Spotlight").click()
    expect(page.get_by_test_id("spotlight")).to_be_visible()
    visit.wait_until("document.querySelector('video').videoWidth === 1280")
    page.get_by_role("slider", name="Left").fill("0.3")
    expect(page.get_by_role("button", name="Keyframe 1 at")).to_be_visible()
    expect(page.get_by_test_id("price")).to_have_text("8")
    assert sent == []
    assert visit.context.cookies() == []


def test_the_sample_becomes_a_clip_of_ones_own_with_what_was_set_up(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("link", name="Try it on a sample clip").click()
    page.get_by_text("1:1", exact=True).click()
    page.get_by_test_id("take-sample").click()
    page.wait_for_url("**/clips/**")
    expect(page.get_by_label("1:1")).to_be_checked()
    expect(page.get_by_test_id("price")).to_have_attribute("data-cents", "5")


def test_every_effect_stands_there_with_its_price(visit: Visit) -> None:
    effects = visit.page.get_by_role("region", name="Four things it does")
    for name, price in (
        ("Reframe", "0.05"),
        ("Spotlight", "0.08"),
        ("Telestrate", "0.10"),
        ("Upscale", "0.30"),
    ):
        expect(effects.get_by_role("link", name=name)).to_contain_text(f"${price} per 30 s")
    effects.scroll_into_view_if_needed()
    expect(effects.locator("video").first).to_be_attached()


def test_the_small_print_names_the_seller(visit: Visit) -> None:
    page = visit.page
    expect(page.get_by_text("Sold by Reel Ballers")).to_be_visible()
    for link, words in (
        ("Prices", "Credits per 30 s"),
        ("Refunds", "Credits never expire"),
        ("Terms", "Your clips stay yours"),
        ("Privacy", "one cookie"),
    ):
        page.get_by_role("link", name=link, exact=True).click()
        expect(page.get_by_role("heading", name=link, level=1)).to_be_visible()
        expect(page.get_by_text(words).first).to_be_visible()


def test_a_link_to_us_has_a_picture_and_the_app_an_icon(live_product: Product) -> None:
    html = requests.get(live_product.base_url, timeout=10).text
    found = re.search(r'og:image" content="([^"]+)"', html)
    assert found is not None
    assert found[1].startswith(live_product.base_url)
    manifest = requests.get(f"{live_product.base_url}/manifest.webmanifest", timeout=10).json()
    pictures = [urlsplit(found[1]).path, *(icon["src"] for icon in manifest["icons"])]
    for path in pictures:
        answer = requests.get(live_product.base_url + path, timeout=10)
        assert answer.headers["Content-Type"].startswith("image/"), path


def test_several_clips_are_uploaded_one_after_the_other(visit: Visit, tmp_path: Path) -> None:
    clips = [make_clip(tmp_path / f"Play {number}.mp4", seconds=1, size=(180, 320)) for number in (1, 2, 3)]
    visit.page.get_by_test_id("file").set_input_files(clips)
    visit.page.wait_for_url("**/clips/**")
    expect(visit.page.get_by_role("heading", name="Play 3")).to_be_visible()
    visit.page.goto("/")
    expect(visit.page.get_by_test_id("clip")).to_have_count(3)
