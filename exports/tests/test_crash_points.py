"""A sample of crash_points.py, and the proof that it would notice; `make test-all` tries every point."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
AROUND_THE_SALE = ("--first", "30", "--last", "70", "--every", "4")
AROUND_THE_END = ("--first", "70", "--last", "115", "--every", "4")


def run(*arguments: str) -> tuple[int, int]:
    """(points tried, points failed)."""
    command = [sys.executable, "-m", "exports.tests.crash_points", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3000)
    found = re.search(r"crash points: (\d+) tried, (\d+) failed", done.stdout)
    assert found, done.stdout + done.stderr
    assert done.returncode == (1 if int(found[2]) else 0)
    sys.stdout.write(done.stdout)
    return int(found[1]), int(found[2])


def test_a_kill_at_any_of_some_points_costs_nobody_a_cent():
    tried, failed = run("--every", "97")
    assert tried >= 12
    assert failed == 0


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_a_kill_at_any_point_costs_nobody_a_cent():
    tried, failed = run()
    assert tried > 800
    assert failed == 0


def test_a_refund_outside_the_transaction_is_noticed():
    assert run("--only", "be_cancelled", *AROUND_THE_END, "--plant", "refund-outside")[1] > 0


def test_an_index_row_after_the_debit_is_noticed():
    assert run("--only", "succeed", *AROUND_THE_SALE, "--plant", "index-after-debit")[1] > 0
