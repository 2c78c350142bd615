"""Takes pictures of every page, phone and desktop, light and dark, to be looked at.

    .venv/bin/python -m tests.browser.pictures FOLDER

Starts the product itself. Open FOLDER/index.html for all of them side by side.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from conftest import CHROMIUM, QUIET
from tests.browser.visit import PAYS, Visit
from tests.product import Product

SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
SAMPLE = Path(__file__).resolve().parents[2] / "frontend/src/sample/sample.mp4"


def main() -> None:
    if CHROMIUM is None or len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="reel-pictures-"))
    try:
        clip = Path(shutil.copy(SAMPLE, scratch / "Semi-final Q4.mp4"))
        with Product(scratch / "product") as product, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for size, (width, height) in SIZES.items():
                for scheme in ("light", "dark"):
                    visit = Visit(
                        browser.new_context(
                            base_url=product.base_url,
                            viewport={"width": width, "height": height},
                            color_scheme=scheme,
                            reduced_motion="reduce",
                        )
                    )
                    tour(visit, clip, folder / f"{size}-{scheme}")
                    visit.context.close()
            browser.close()
        write_index(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def tour(visit: Visit, clip: Path, prefix: Path) -> None:
    page = visit.page

    def take(name: str) -> None:
        page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
        page.wait_for_timeout(500)  # pictures of the clip are decoded after the page has settled
        page.screenshot(path=f"{prefix}-{name}.png")

    page.goto("/")
    page.get_by_role("button", name="Choose a video").wait_for()
    take("01-welcome")
    visit.upload(clip)
    page.get_by_role("slider", name="Position").fill("0")
    page.get_by_role("slider", name="Left").fill("0.3")
    page.get_by_role("slider", name="Position").fill("6")
    page.get_by_role("slider", name="Left").fill("0.7")
    page.get_by_role("slider", name="Position").fill("3")
    take("02-editor")
    page.get_by_test_id("start").click()
    take("03-short")
    page.keyboard.press("Escape")
    page.get_by_test_id("balance").click()
    take("04-top-up")
    page.get_by_role("button", name="Pay $").click()
    page.wait_for_url("**/pay/**")
    visit.choose_card(PAYS)
    page.get_by_role("heading", name="credits added").wait_for(timeout=20_000)
    take("05-credited")
    page.get_by_role("link", name="Back to your export").click()
    page.get_by_text("left afterwards").wait_for()
    visit.start_export()
    take("06-exporting")
    visit.expect_export("succeeded")
    take("07-ready")
    for number, address in enumerate(
        ("/exports", "/history", "/", "/cancel", "/nowhere", "/try", "/refunds"), start=8
    ):
        page.goto(address)
        take(f"{number:02}-{address.strip('/') or 'studio'}")


def write_index(folder: Path) -> None:
    names = sorted((path.name for path in folder.glob("*.png")), key=lambda name: name.split("-", 2)[2])
    images = "".join(
        f'<figure><img src="{name}" height="420"><figcaption>{name}</figcaption></figure>' for name in names
    )
    (folder / "index.html").write_text(f"<style>figure{{display:inline-block;margin:8px}}</style>{images}")


if __name__ == "__main__":
    main()
