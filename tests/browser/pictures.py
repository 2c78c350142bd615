"""Takes pictures of every page, phone and desktop, light and dark, to be looked at.

    .venv/bin/python -m tests.browser.pictures FOLDER

Starts the product itself. Open FOLDER/index.html for all of them side by side.
"""

import math
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import sync_playwright

from exports.video.process import ffmpeg_path
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.visit import PAYS, Visit
from tests.product import Product

SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
WIDTH, HEIGHT, FRAMES_PER_SECOND, SECONDS = 1280, 720, 24, 8
FLOOR, LINES, PAINT, SHADOW = (176, 120, 66), (245, 240, 228), (150, 60, 50), (110, 72, 40)
SHIRTS = ((30, 60, 170), (230, 230, 235))


def main() -> None:
    if CHROMIUM is None or len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="reel-pictures-"))
    try:
        clip = draw_game(scratch / "Semi-final Q4.mp4")
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
    for number, address in enumerate(("/exports", "/history", "/", "/cancel", "/nowhere"), start=8):
        page.goto(address)
        take(f"{number:02}-{address.strip('/') or 'studio'}")


def draw_game(path: Path) -> Path:
    """A court seen from above, two teams and a ball: more to look at than a test card."""
    encoder = subprocess.Popen(
        [
            *(ffmpeg_path(), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"),
            *("-s", f"{WIDTH}x{HEIGHT}", "-r", str(FRAMES_PER_SECOND), "-i", "-"),
            *("-f", "lavfi", "-i", f"sine=330:d={SECONDS}", "-c:v", "libx264", "-preset", "veryfast"),
            *("-pix_fmt", "yuv420p", "-c:a", "aac", str(path)),
        ],
        stdin=subprocess.PIPE,
    )
    assert encoder.stdin is not None
    court = _court()
    for frame in range(SECONDS * FRAMES_PER_SECOND):
        picture = court.copy()
        _draw_players(ImageDraw.Draw(picture), frame / FRAMES_PER_SECOND)
        encoder.stdin.write(picture.tobytes())
    encoder.stdin.close()
    assert encoder.wait() == 0
    return path


def _court() -> Image.Image:
    court = Image.new("RGB", (WIDTH, HEIGHT), FLOOR)
    draw = ImageDraw.Draw(court)
    draw.rectangle([40, 40, WIDTH - 40, HEIGHT - 40], outline=LINES, width=6)
    for left in (40, WIDTH - 300):
        draw.rectangle(
            [left, HEIGHT // 2 - 120, left + 260, HEIGHT // 2 + 120], fill=PAINT, outline=LINES, width=6
        )
    draw.line([(WIDTH // 2, 40), (WIDTH // 2, HEIGHT - 40)], fill=LINES, width=6)
    draw.ellipse(
        [WIDTH // 2 - 90, HEIGHT // 2 - 90, WIDTH // 2 + 90, HEIGHT // 2 + 90], outline=LINES, width=6
    )
    return court


def _draw_players(draw: ImageDraw.ImageDraw, seconds: float) -> None:
    places = [
        (
            WIDTH / 2 + math.sin(seconds * 0.5 + number * 1.7) * WIDTH * 0.38,
            HEIGHT / 2 + math.cos(seconds * 0.4 + number * 2.3) * HEIGHT * 0.36,
        )
        for number in range(10)
    ]
    for number, (x, y) in enumerate(places):
        draw.ellipse([x - 24, y - 10, x + 24, y + 30], fill=SHADOW)
        draw.ellipse([x - 20, y - 28, x + 20, y + 12], fill=SHIRTS[number % 2])
        draw.ellipse([x - 10, y - 40, x + 10, y - 20], fill=(90, 58, 40))
    x, y = places[1][0] + 26, places[1][1] - abs(math.sin(seconds * 4)) * 30
    draw.ellipse([x - 11, y - 11, x + 11, y + 11], fill=(235, 120, 40), outline=(60, 30, 10))


def write_index(folder: Path) -> None:
    names = sorted((path.name for path in folder.glob("*.png")), key=lambda name: name.split("-", 2)[2])
    images = "".join(
        f'<figure><img src="{name}" height="420"><figcaption>{name}</figcaption></figure>' for name in names
    )
    (folder / "index.html").write_text(f"<style>figure{{display:inline-block;margin:8px}}</style>{images}")


if __name__ == "__main__":
    main()
