"""Prints what a phone feels: first paint, largest paint, layout shift, and the slowest answer to a press.

    .venv/bin/python -m tests.browser.measure

Starts the product itself. The processor is slowed 4 times and the line is a good 4G's (9 Mbit/s, 170 ms).
"""

# ruff: noqa: T201 (it prints a report)
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from conftest import CHROMIUM, QUIET
from tests.browser.visit import Visit
from tests.clips import make_clip
from tests.product import Product

RUNS = 5
SLOWER_TIMES = 4
LINE = {"offline": False, "latency": 170, "downloadThroughput": 9e6 / 8, "uploadThroughput": 9e6 / 8}
WATCH = """
window.seen = {lcp: 0, shift: 0, presses: {}};
new PerformanceObserver(l => l.getEntries().forEach(e => { seen.lcp = e.startTime; }))
    .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(l => l.getEntries().forEach(e => { if (!e.hadRecentInput) seen.shift += e.value; }))
    .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(l => l.getEntries().forEach(e => {
    if (e.interactionId) seen.presses[e.interactionId] = Math.max(seen.presses[e.interactionId] ?? 0, e.duration); }))
    .observe({type: 'event', durationThreshold: 16, buffered: true});
"""


def main() -> None:
    if CHROMIUM is None:
        sys.exit("no Chromium on this machine: make chromium")
    folder = Path(tempfile.mkdtemp(prefix="reel-measure-"))
    try:
        with Product(folder / "product") as product, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            report(browser, product, make_clip(folder / "Fast break.mp4", seconds=4, size=(1280, 720)))
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def report(browser: Browser, product: Product, clip: Path) -> None:
    firsts = [first_visit(browser, product) for _ in range(RUNS)]
    print(f"first visit, median of {RUNS}, nothing cached, processor ÷ {SLOWER_TIMES}, 9 Mbit/s, 170 ms:")
    for name, unit in (("paint", "ms"), ("lcp", "ms"), ("shift", "")):
        print(f"  {name:8} {statistics.median(run[name] for run in firsts):8.3g} {unit}")
    seen = editing(browser, product, clip)
    print("opening the sheet, uploading, moving the crop frame by keys, undo, the price dialog:")
    presses = sorted(seen["presses"].values())
    print(f"  median   {statistics.median(presses):8.3g} ms of {len(presses)} presses that took over 16 ms")
    print(f"  slowest  {presses[-1]:8.3g} ms")
    print(f"  shift    {seen['shift']:8.3g}")


def first_visit(browser: Browser, product: Product) -> dict[str, float]:
    page = slow_page(
        Visit(browser.new_context(base_url=product.base_url, viewport={"width": 390, "height": 844}))
    )
    page.goto("/")
    page.get_by_role("button", name="Choose a video").wait_for()
    page.wait_for_timeout(1500)
    seen = page.evaluate(
        "({...window.seen, paint: performance.getEntriesByName('first-contentful-paint')[0].startTime})"
    )
    page.context.close()
    return seen


def editing(browser: Browser, product: Product, clip: Path) -> dict[str, Any]:
    visit = Visit(browser.new_context(base_url=product.base_url, viewport={"width": 390, "height": 844}))
    page = slow_page(visit)
    page.goto("/")
    page.get_by_test_id("balance").click()
    page.keyboard.press("Escape")
    visit.upload(clip)
    page.get_by_text("1:1", exact=True).click()
    page.get_by_test_id("crop").focus()
    for key in ("ArrowLeft", "ArrowUp", "+", "-") * 5:
        page.keyboard.press(key)
    page.get_by_role("button", name="Undo").click()
    page.get_by_test_id("start").click()
    page.wait_for_timeout(1000)
    seen: dict[str, Any] = page.evaluate("window.seen")
    page.context.close()
    return seen


def slow_page(visit: Visit) -> Page:
    visit.page.add_init_script(WATCH)
    tools = visit.context.new_cdp_session(visit.page)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_TIMES})
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", LINE)
    return visit.page


if __name__ == "__main__":
    main()
