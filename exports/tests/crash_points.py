"""Kills a process at each point of an export's life, restarts it, and looks whether every cent is where it belongs.

    python -m exports.tests.crash_points [--every N] [--first N] [--last N] [--only SCENARIO] [--plant FAULT]

A *point* is before or after a SQL statement or a COMMIT on either database, or a call to the runner. For each one a
forked process plays a scenario from the start and kills itself there; a second one comes up as a worker would, sweeps
while the clock runs on, and judges. Prints how many points were tried and how many failed; exits 1 if any did.
"""

import argparse
import logging
import os
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django

SWEEPS = 16
SECONDS_BETWEEN_SWEEPS = 31


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--every", type=int, default=1, help="try each Nth point only")
    options.add_argument("--first", type=int, default=1, help="the first point to try")
    options.add_argument("--last", type=int, default=10**9, help="the last point to try")
    options.add_argument("--only", help="this scenario alone")
    options.add_argument("--plant", choices=["refund-outside", "index-after-debit"])
    chosen = options.parse_args()
    # A kill spares what was written: no need to wait for a disk.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="crash-points-", dir=memory) as folder:
        tried, failures = _run(Path(folder), chosen)
    for failure in failures[:10]:
        sys.stdout.write(failure + "\n")
    sys.stdout.write(f"crash points: {tried} tried, {len(failures)} failed\n")
    return 1 if failures else 0


def _run(folder: Path, chosen: argparse.Namespace) -> tuple[int, list[str]]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "reelballers.settings_test"
    django.setup()
    logging.disable(logging.CRITICAL)
    from exports.tests import crash_scenarios, crash_world

    shutil.rmtree(os.environ["DATA_DIR"], ignore_errors=True)
    prepared, tried, failures = folder / "prepared", 0, []
    _in_child(partial(crash_world.prepare, prepared))
    for name, play in crash_scenarios.SCENARIOS.items():
        if name != (chosen.only or name):
            continue
        point = chosen.first
        while point <= chosen.last:
            data_dir = folder / "one"
            shutil.copytree(prepared, data_dir)
            status = _in_child(partial(_play, play, data_dir, point, chosen.plant))
            verdict = _in_child(partial(_judge, data_dir), data_dir)
            shutil.rmtree(data_dir)
            tried += 1
            if verdict:
                failures.append(f"{name}, point {point}: {verdict}")
            if status == 0:
                break  # it came to its end before the point
            point += chosen.every
    return tried, failures


def _play(play: Callable[..., None], data_dir: Path, point: int, plant: str | None) -> None:
    from exports.tests import crash_scenarios, crash_world

    crash_world.open_world(data_dir)
    crash_scenarios.plant(plant)
    crash_world.kill_at(point)
    play()


def _judge(data_dir: Path) -> None:
    from exports.tests import crash_judge, crash_world

    crash_world.open_world(data_dir)
    fault = crash_judge.recover_and_judge(SWEEPS, SECONDS_BETWEEN_SWEEPS)
    (data_dir / "verdict").write_text(fault)


def _in_child(work: Callable[[], None], data_dir: Path | None = None) -> Any:
    """Runs `work` in a fork; its exit status, or with `data_dir` the verdict it wrote there."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(70)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    if data_dir is not None:
        verdict = data_dir / "verdict"
        return verdict.read_text() if verdict.exists() else f"the judge died: {status}"
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError("a scenario broke without being killed")
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) != signal.SIGKILL:
        raise RuntimeError(f"a scenario died of {os.WTERMSIG(status)}")
    return status


if __name__ == "__main__":
    sys.exit(main())
