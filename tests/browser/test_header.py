"""The header keeps the balance whole, whatever the width of the window and of the sum."""

from collections.abc import Callable

import pytest

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser
WIDTHS = (320, 324, 328, 390, 415, 420, 639, 640, 656, 672, 767, 768, 1280)


def test_a_balance_is_never_cut(new_visit: Callable[..., Visit]) -> None:
    visit = new_visit()
    page = visit.page
    page.goto("/")
    for dollars, words in (("13.21", "1,321 credits"), ("500", "50,000 credits")):
        page.goto("/")
        visit.top_up(dollars, words)
        shown = page.get_by_test_id("balance").get_attribute("data-cents")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.get_by_test_id("balance").evaluate(SEEN_WHOLE), f"{shown} is cut at {width} px"
            visit.expect_no_sideways_scroll()


SEEN_WHOLE = """(button) => {
    const figures = button.querySelector('.score').getBoundingClientRect();
    const inside = (box) => figures.left >= box.left && figures.right <= box.right;
    const page = {left: 0, right: document.documentElement.clientWidth};
    return figures.width > 0 && inside(page) && inside(button.getBoundingClientRect())
        && button.scrollWidth <= button.clientWidth;
}"""
