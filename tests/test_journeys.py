"""The main job through real processes: web, worker and sandbox, over HTTP, with crowds and crashes."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.clips import make_broken_clip, make_clip
from tests.product import Product
from tests.stripe_events import paid_event, signed
from tests.visitor import Visitor

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def visitor(live_product: Product) -> Visitor:
    return Visitor(live_product.base_url, live_product.sandbox_url)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", seconds=2)


def buy(visitor: Visitor, cents: int) -> str:
    session_id = visitor.top_up(cents)
    visitor.wait_for(f"/api/topup/{session_id}", "status", "paid")
    return session_id


def changes(visitor: Visitor) -> Counter[tuple[str, int]]:
    lines = visitor.get("/api/wallet/ledger")["results"]
    return Counter((line["reason"], line["change_cents"]) for line in lines)


def test_from_nothing_to_a_file(visitor: Visitor, clip: Path) -> None:
    buy(visitor, 500)
    project = visitor.upload(clip)
    job = visitor.post("/api/export/start", {"project_id": project["id"], "type": "framing", "params": {}})
    assert (job["status"], job["cost_cents"], job["new_balance_cents"]) == ("queued", 5, 495)
    done = visitor.wait_for(f"/api/export/{job['job_id']}", "status", "succeeded", "failed")
    assert done["status"] == "succeeded", done
    whole = visitor.http.get(visitor.base_url + done["output_url"], timeout=30)
    part = visitor.http.get(visitor.base_url + done["output_url"], headers={"Range": "bytes=4-7"}, timeout=30)
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert len(whole.content) == int(whole.headers["Content-Length"]) > 10_000


def test_a_job_that_fails_costs_nothing(visitor: Visitor, tmp_path: Path) -> None:
    buy(visitor, 50)
    project = visitor.upload(make_broken_clip(tmp_path / "broken.mp4"))
    job = visitor.post("/api/export/start", {"project_id": project["id"], "type": "framing", "params": {}})
    failed = visitor.wait_for(f"/api/export/{job['job_id']}", "status", "succeeded", "failed")
    assert (failed["status"], failed["refunded_cents"], visitor.balance_cents()) == ("failed", 5, 50)


def test_a_hundred_starts_at_once_sell_what_the_money_buys(visitor: Visitor, clip: Path) -> None:
    buy(visitor, 50)
    order = {"project_id": visitor.upload(clip)["id"], "type": "framing", "params": {}}
    answers = crowd(
        100, lambda _: visitor.http.post(f"{visitor.base_url}/api/export/start", json=order, timeout=60)
    )
    assert Counter(answer.status_code for answer in answers) == {201: 10, 402: 90}
    assert visitor.balance_cents() == 0
    assert changes(visitor) == {("topup", 50): 1, ("debit", -5): 10}
    for job in visitor.get("/api/export")["results"]:
        requests.post(
            f"{visitor.base_url}/api/export/{job['job_id']}/cancel", cookies=visitor.http.cookies, timeout=30
        )


def test_one_key_fifty_times_at_once_is_one_export(visitor: Visitor, clip: Path) -> None:
    buy(visitor, 50)
    order = {"project_id": visitor.upload(clip)["id"], "type": "framing", "params": {}}
    headers = {"Idempotency-Key": "the-same"}
    answers = crowd(
        50,
        lambda _: visitor.http.post(
            f"{visitor.base_url}/api/export/start", json=order, headers=headers, timeout=60
        ),
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["job_id"] for answer in answers}) == 1
    assert changes(visitor)[("debit", -5)] == 1


def test_one_event_fifty_times_at_once_is_one_credit(live_product: Product, visitor: Visitor) -> None:
    session_id = visitor.post("/api/topup", {"amount_cents": 500})["session_id"]
    body, headers = signed(live_product, paid_event(live_product, session_id))
    answers = crowd(
        50,
        lambda _: requests.post(
            f"{live_product.base_url}/api/webhook", data=body, headers=headers, timeout=60
        ),
    )
    assert Counter(answer.status_code for answer in answers) == {200: 50}
    assert changes(visitor) == {("topup", 500): 1}
    assert visitor.balance_cents() == 500


def test_a_power_cut_in_the_middle_of_an_export(live_product: Product, tmp_path: Path) -> None:
    """A second instance, beside the first; SIGKILL to all of it; the job ends by itself and the ledger is whole."""
    with Product(tmp_path / "product") as product:
        visitor = Visitor(product.base_url, product.sandbox_url)
        buy(visitor, 50)
        project = visitor.upload(make_clip(tmp_path / "long.mp4", seconds=8, size=(640, 360)))
        job = visitor.post(
            "/api/export/start", {"project_id": project["id"], "type": "framing", "params": {}}
        )
        running = visitor.wait_for(f"/api/export/{job['job_id']}", "status", "running", "succeeded")
        assert running["status"] == "running", "the clip is too short to be interrupted"
        product.kill()
        product.start()
        done = visitor.wait_for(f"/api/export/{job['job_id']}", "status", "succeeded", "failed")
        assert visitor.balance_cents() == (45 if done["status"] == "succeeded" else 50)
        audit = product.manage("audit", check=False)
        assert audit.returncode == 0, audit.stdout + audit.stderr
    assert requests.get(f"{live_product.base_url}/healthz", timeout=5).ok


def test_every_wallet_is_whole_afterwards(live_product: Product) -> None:
    deadline = time.monotonic() + 60
    while "open" in live_product.manage("audit", check=False).stdout and time.monotonic() < deadline:
        time.sleep(1)
    audit = live_product.manage("audit", check=False)
    assert audit.returncode == 0, audit.stdout + audit.stderr


def crowd(size: int, act: Any) -> list[requests.Response]:
    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(act, range(size)))
