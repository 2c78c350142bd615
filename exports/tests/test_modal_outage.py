"""300 exports are started by 20 visitors, 8 at a time, while Modal answers, hangs, falls silent or refuses.

The product runs as its processes do in production; the numbers are printed (`-s` shows them).
"""

import sys
from pathlib import Path
from typing import Any

import pytest

from exports.tests.control_plane import METHODS, delivering
from exports.tests.far_product import far_product, wait_until
from exports.video.tests.clips import make_clip
from tests.visitor import Visitor

VISITORS, STARTS_EACH, CLIENTS = 20, 15, 8
STARTS = VISITORS * STARTS_EACH
RECOVERY_SECONDS = 240

TROUBLES = {
    "answers": lambda far: None,
    "hangs": lambda far: far.plane.hangs.update(METHODS),
    "is silent": lambda far: far.line.fall_silent(),
    "refuses": lambda far: far.line.cut(),
}


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", seconds=1)


@pytest.fixture(scope="module")
def far(tmp_path_factory, clip):
    with far_product(tmp_path_factory.mktemp("far") / "data", runs=delivering(clip)) as running:
        yield running


@pytest.fixture(scope="module")
def visitors(far, clip) -> list[Visitor]:
    return far.visitors(VISITORS, clip)


def quantile_ms(told: list[dict[str, Any]], share: float) -> float:
    return sorted(each["seconds"] for each in told)[int(len(told) * share)] * 1000


def count(visitors: list[Visitor], status: str) -> int:
    """How many of the visitors' latest exports have this status."""
    pages = [visitor.get("/api/export")["results"][:STARTS_EACH] for visitor in visitors]
    return sum(job["status"] == status for page in pages for job in page)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_starting_an_export_never_waits_for_modal(far, visitors, trouble):
    before = [visitor.balance_cents() for visitor in visitors]
    TROUBLES[trouble](far)
    told = far.start_exports(visitors, each=STARTS_EACH, clients=CLIENTS)
    refused = sum(each["status"] == 0 for each in told)
    assert {each["status"] for each in told} == {201}
    assert len({each["job_id"] for each in told}) == STARTS
    if trouble != "answers":
        # The first call that hangs may have arrived all the same: then its container speaks for itself.
        assert count(visitors, "queued") >= STARTS - 1
        assert "audit: ok" in far.product.manage("audit").stdout

    far.plane.hangs.clear()
    far.line.heal()
    seconds = wait_until(lambda: count(visitors, "succeeded") == STARTS, RECOVERY_SECONDS, every_seconds=1)
    sys.stdout.write(
        f"\nModal {trouble}: {len(told)} starts, p50 {quantile_ms(told, 0.5):.0f} ms, p99 "
        f"{quantile_ms(told, 0.99):.0f} ms, {refused} connections refused; all done {seconds:.0f} s later\n"
    )
    assert [visitor.balance_cents() for visitor in visitors] == [cents - 5 * STARTS_EACH for cents in before]
    assert "audit: ok" in far.product.manage("audit").stdout
