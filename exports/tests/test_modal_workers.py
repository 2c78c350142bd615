"""Real workers race for the same jobs on Modal, and Modal runs the same input twice: one debit, one output each."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from exports.tests.control_plane import delivering
from exports.tests.far_product import FarProduct, far_product, wait_until
from exports.video.probe import probe
from exports.video.tests.clips import make_clip
from tests.product import ROOT
from tests.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
JOBS = 20
SECONDS = 240  # four leases

ENTRY_POINT = """
import json, sys
from exports import modal_app
json.dump(getattr(modal_app, sys.argv[1]).local(sys.argv[2]), sys.stdout)
"""


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", seconds=30, size=(320, 180))


@pytest.fixture(scope="module")
def far(tmp_path_factory, clip):
    with far_product(tmp_path_factory.mktemp("far") / "data", runs=delivering(clip)) as running:
        yield running


@pytest.fixture
def visitor(far, clip) -> Visitor:
    return far.visitors(1, clip)[0]


def exports_of(visitor: Visitor) -> list[dict[str, Any]]:
    return visitor.get("/api/export")["results"]


def lines_of(visitor: Visitor, job_id: str) -> list[tuple[str, int]]:
    lines = visitor.get("/api/wallet/ledger")["results"]
    return [(line["reason"], line["change_cents"]) for line in lines if line["job_id"] == job_id]


def attempts_sent(far: FarProduct) -> Counter[tuple[str, str]]:
    """How often the control plane was called for each (job, attempt): the ticket in the address names them."""
    tickets = [call["order_url"].split("/")[-2].split(".") for call in far.plane.calls.values()]
    return Counter((job_id, attempt) for _, job_id, attempt, _ in tickets)


def claims_in(folder: Path) -> dict[str, list[str]]:
    """How each claim ended for those who stood at it, by `<job>-<attempt>`."""
    places = (folder / "claims").iterdir()
    return {place.name: sorted(each.read_text() for each in place.iterdir()) for place in places}


def test_three_workers_race_and_one_dies_with_an_attempt_in_its_hands(far, clip, visitor, tmp_path):
    far.plane.calls.clear()
    far.plane.runs = delivering(clip)
    far.line.cut()  # the product's own worker cannot send: the jobs are left to the three
    told = far.start_exports([visitor], each=JOBS, clients=8)
    with far.racing_workers(3, tmp_path):
        wait_until(lambda: all(job["status"] == "succeeded" for job in exports_of(visitor)), SECONDS)
    far.line.heal()
    claims, died = claims_in(tmp_path), (tmp_path / "died").read_text()
    contested = [words for words in claims.values() if len(words) > 1]
    sys.stdout.write(f"\n{len(claims)} claims, at {len(contested)} of them two workers or three\n")
    assert len(contested) > JOBS / 2
    assert {job_id for job_id, _ in attempts_sent(far)} == {each["job_id"] for each in told}
    assert attempts_sent(far) == {tuple(claim.split("-")): 1 for claim in claims if claim != died}
    assert all(lines_of(visitor, each["job_id"]) == [("debit", -5)] for each in told)
    assert "audit: ok" in far.product.manage("audit").stdout


def container(name: str, order_url: str) -> subprocess.Popen[str]:
    """The function that Modal calls, in a process of its own."""
    command = [sys.executable, "-c", ENTRY_POINT, name, order_url]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def envelope_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    return json.loads(process.communicate(timeout=SECONDS)[0])


def start(visitor: Visitor) -> str:
    body = {"project_id": visitor.project_id, "type": "framing", "params": {"aspect": "1:1"}}
    return visitor.post("/api/export/start", body)["job_id"]


def film_of(visitor: Visitor, job_id: str, folder: Path) -> bytes:
    """The output as the visitor fetches it, which can be played."""
    film = visitor.http.get(f"{visitor.base_url}/api/export/{job_id}/output", timeout=30).content
    (folder / "film.mp4").write_bytes(film)
    facts = probe(folder / "film.mp4")
    assert (facts.width, facts.height, facts.has_audio) == (1080, 1080, True)
    return film


def files_of(far: FarProduct, job_id: str) -> dict[str, int]:
    """Each file of the job's attempts, and when it came: a replaced one is another."""
    found = (far.product.data_dir / "media").rglob(f"out/{job_id}/*/*")
    return {str(path): path.stat().st_mtime_ns for path in found}


def check(far: FarProduct, visitor: Visitor, job_id: str) -> None:
    job = visitor.wait_for(f"/api/export/{job_id}", "status", "succeeded", "failed")
    assert (job["status"], job["receipt"]["attempts"]) == ("succeeded", 1)
    assert lines_of(visitor, job_id) == [("debit", -5)]
    assert attempts_sent(far) == {(job_id, "1"): 1}
    assert "audit: ok" in far.product.manage("audit").stdout


def test_an_input_preempted_half_way_and_run_again_succeeds_once(far, visitor, tmp_path):
    far.plane.calls.clear()

    def preempted(name: str, order_url: str) -> dict[str, Any]:
        first = container(name, order_url)
        wait_until(lambda: exports_of(visitor)[0]["progress"] > 0.05, SECONDS, every_seconds=0.05)
        first.kill()
        first.wait()
        return envelope_of(container(name, order_url))

    far.plane.runs = preempted
    job_id = start(visitor)
    check(far, visitor, job_id)
    film, kept = film_of(visitor, job_id, tmp_path), files_of(far, job_id)

    # And once more, late.
    late = envelope_of(container("framing", far.plane.calls["fc-1"]["order_url"]))
    assert (late["ok"], late["error_code"]) == (False, "cancelled")
    assert files_of(far, job_id) == kept
    assert film_of(visitor, job_id, tmp_path) == film
    check(far, visitor, job_id)


def test_an_input_that_runs_twice_at_once_succeeds_once(far, visitor, tmp_path):
    far.plane.calls.clear()
    ended: list[dict[str, Any]] = []

    def twice(name: str, order_url: str) -> dict[str, Any]:
        both = [container(name, order_url) for _ in range(2)]
        ended.extend(envelope_of(process) for process in both)
        return min(ended, key=lambda envelope: envelope["ok"])  # Modal keeps the worse one

    far.plane.runs = twice
    job_id = start(visitor)
    check(far, visitor, job_id)
    film = film_of(visitor, job_id, tmp_path)
    wait_until(lambda: len(ended) == 2, SECONDS)
    assert any(envelope["ok"] for envelope in ended)
    assert film_of(visitor, job_id, tmp_path) == film
    check(far, visitor, job_id)
