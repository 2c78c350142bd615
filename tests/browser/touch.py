"""A finger on the screen, as Chromium itself makes gestures of it."""

from playwright.sync_api import Locator, Page


class Finger:
    def __init__(self, page: Page) -> None:
        self._tools = page.context.new_cdp_session(page)
        self._page = page

    def move(self, on: Locator, *, dx: float = 0, dy: float = 0, held_ms: int = 0) -> None:
        """Down on the middle of an element, over the screen, up: what it means is for the browser to say."""
        x, y = _middle(on)
        self._touch("touchStart", x, y)
        if held_ms:
            self._page.wait_for_timeout(held_ms)
        for step in range(1, 11):
            self._touch("touchMove", x + dx * step / 10, y + dy * step / 10)
        self._tools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _touch(self, kind: str, x: float, y: float) -> None:
        self._tools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})


def _middle(on: Locator) -> tuple[float, float]:
    box = on.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
