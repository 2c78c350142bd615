"""A browser for journeys through the React app, against the product as it really runs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.visit import Visit
from tests.clips import make_broken_clip, make_clip
from tests.product import Product

PICTURES = Path("test-results")
_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed
    return report


@pytest.fixture
def new_visit(
    chromium: Browser, live_product: Product, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Visit]]:
    """Opens a browser of its own for each call, phone-sized by default: a new visitor."""
    visits: list[Visit] = []

    def open_visit(width: int = 390, height: int = 844, **options: object) -> Visit:
        context = chromium.new_context(
            base_url=live_product.base_url, viewport={"width": width, "height": height}, **options
        )
        visits.append(Visit(context))
        return visits[-1]

    yield open_visit
    for number, visit in enumerate(visits):
        if request.node.stash.get(_failed, False):
            visit.page.screenshot(path=PICTURES / f"{request.node.name}-{number}.png")
        visit.context.close()
    crashes = [crash for visit in visits for crash in visit.crashes]
    assert not crashes, f"the page threw: {crashes}"


@pytest.fixture
def visit(new_visit: Callable[..., Visit]) -> Visit:
    """A first visitor, with the start page open."""
    visit = new_visit()
    visit.page.goto("/")
    return visit


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "Fast break.mp4", seconds=2, size=(640, 360))


@pytest.fixture(scope="session")
def broken_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_broken_clip(tmp_path_factory.mktemp("clips") / "Torn tape.mp4")
