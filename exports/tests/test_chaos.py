"""Many jobs of all types while somebody kills ffmpeg, runners and workers at random: all end, every cent is right."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from exports.video.tests.clips import make_clip
from tests.product import ROOT, Product
from tests.visitor import Visitor

JOBS = int(os.environ.get("CHAOS_JOBS", "50"))
SECONDS = 1500
TYPES = {
    "framing": {"aspect": "1:1"},
    "overlay": {"dim": 0.5},
    "annotate": {"items": [{"kind": "text", "text": "Goal!"}]},
    "upscale": {"factor": 2},
}


def processes(*words: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if all(word in line for word in words):
            found.append(int(folder.name))
    return found


def kill_one(dice: random.Random, candidates: list[int]) -> bool:
    if not candidates:
        return False
    try:
        os.kill(dice.choice(candidates), signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


class Workers:
    """Two workers beside the product's own, started again when killed."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.running: list[subprocess.Popen[bytes]] = []

    def keep(self, count: int) -> None:
        self.running = [worker for worker in self.running if worker.poll() is None]
        while len(self.running) < count:
            command = [sys.executable, "manage.py", "worker"]
            self.running.append(
                subprocess.Popen(command, cwd=ROOT, env=self.product.environment, stderr=subprocess.DEVNULL)
            )

    def stop(self) -> None:
        for worker in self.running:
            worker.kill()
            worker.wait()


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 300)
def test_whatever_is_killed_every_job_ends_and_every_cent_is_right(tmp_path):
    dice, started = random.Random(7), time.monotonic()
    clip = make_clip(tmp_path / "clip.mp4", seconds=2)
    with Product(tmp_path / "data") as product:
        visitors = [Visitor(product.base_url, product.sandbox_url) for _ in range(3)]
        jobs = order(visitors, clip)
        workers, kills = Workers(product), {"ffmpeg": 0, "runner": 0, "worker": 0}
        try:
            ended = harass(dice, product, workers, visitors, kills)
        finally:
            workers.stop()
        assert len(ended) == len(jobs) == JOBS
        check_balances(visitors, ended)
        audit = product.manage("audit", check=False)
        assert audit.returncode == 0, audit.stdout
    sys.stdout.write(summary(kills, ended, time.monotonic() - started))
    assert min(kills.values()) > 0


def summary(kills: dict[str, int], ended: dict, seconds: float) -> str:
    killed = ", ".join(f"{count} × {what}" for what, count in kills.items())
    good = sum(job["status"] == "succeeded" for job in ended.values())
    ends = f"{good} succeeded, {len(ended) - good} failed and refunded"
    return f"\nchaos: {len(ended)} jobs in {seconds:.0f} s, killed {killed}; {ends}\n"


def order(visitors: list[Visitor], clip: Path) -> list[str]:
    jobs, names = [], list(TYPES)
    for number in range(JOBS):
        visitor = visitors[number % len(visitors)]
        if number < len(visitors):
            visitor.wait_for(f"/api/topup/{visitor.top_up(5000)}", "status", "paid")
            visitor.project = visitor.upload(clip)["id"]
        kind = names[number % len(names)]
        body = {"project_id": visitor.project, "type": kind, "params": TYPES[kind]}
        jobs.append(visitor.post("/api/export/start", body)["job_id"])
    return jobs


def harass(dice, product, workers, visitors, kills) -> dict:
    """Kills something every second or two for a while, then leaves them in peace until all have ended."""
    started, ended = time.monotonic(), {}
    while len(ended) < JOBS:
        assert time.monotonic() - started < SECONDS, f"{len(ended)} of {JOBS} ended"
        workers.keep(2)
        time.sleep(dice.uniform(0.5, 2))
        if time.monotonic() - started < SECONDS / 6:
            # Each at least once: where the jobs are done in seconds there are few throws.
            missing = [what for what, count in kills.items() if not count]
            target = dice.choice(missing or ["ffmpeg", "runner", "runner", "worker"])
            victims = {
                "ffmpeg": lambda: processes("ffmpeg", str(product.data_dir)),
                "runner": lambda: processes("exports.video", str(product.data_dir), "job.json"),
                "worker": lambda: [worker.pid for worker in workers.running],
            }
            kills[target] += kill_one(dice, victims[target]())
        for visitor in visitors:
            for job in visitor.get("/api/export")["results"]:
                if job["status"] in {"succeeded", "failed", "cancelled"}:
                    ended[job["job_id"]] = job
    return ended


def check_balances(visitors: list[Visitor], ended: dict) -> None:
    for visitor in visitors:
        mine = visitor.get("/api/export")["results"]
        spent = sum(job["cost_cents"] - job["refunded_cents"] for job in mine)
        assert visitor.balance_cents() == 5000 - spent
        for job in mine:
            assert job["refunded_cents"] == (0 if job["status"] == "succeeded" else job["cost_cents"]), job
    assert all(job["status"] != "cancelled" for job in ended.values())
