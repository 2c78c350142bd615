"""The parts of the product beside each other: one that hangs is started again alone, and none is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from reelballers.parts import Manager, Part
from tests.product import ROOT, Product, descendants
from tests.test_start import wait_until

STOPPED_AT_ONCE = """
import os, signal
from reelballers.parts import Manager, Part

class Hasty(Part):
    def start(self):
        super().start()
        os.kill(os.getpid(), signal.SIGTERM)  # the other one has not begun

command = ["sleep", "600"]
parts = [Hasty("one", command, {}), Hasty("two", command, {})]
raise SystemExit(Manager(parts, hang_seconds=60, stop_seconds=10).run())
"""
DEAF = """
import signal, time
from reelballers import lifeline
signal.signal(signal.SIGTERM, signal.SIG_IGN)
lifeline.beat()
time.sleep(600)
"""


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    with Product(tmp_path / "product", WATCHDOG_SECONDS="10", WEB_CONCURRENCY="1") as product:
        yield product


def of(product: Product, command: str) -> list[int]:
    """The processes that run it, the first one first."""
    return sorted(pid for pid in descendants(product.pid) if command in command_line(pid))


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def beats(product: Product) -> str:
    return requests.get(f"{product.base_url}/readyz", timeout=10).text


def test_a_hung_worker_is_started_again_alone(product: Product) -> None:
    [worker], web = of(product, "manage.py worker"), of(product, "gunicorn")
    wait_until(lambda: "none was ever seen" not in beats(product))
    os.kill(worker, signal.SIGSTOP)

    def is_another_one() -> bool:
        assert requests.get(f"{product.base_url}/readyz", timeout=10).status_code == 200
        return of(product, "manage.py worker") not in ([worker], [])

    wait_until(is_another_one)
    assert of(product, "gunicorn") == web
    assert "worker gave no sign of life for 10 s" in product.log_path.read_text()


@pytest.mark.slow
def test_a_hung_web_is_started_again_alone(product: Product) -> None:
    worker, web = of(product, "manage.py worker"), of(product, "gunicorn")
    for pid in web:
        os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: not set(web) & set(of(product, "gunicorn")))
    product.wait_until_ready()
    assert of(product, "manage.py worker") == worker


def test_none_outlives_its_manager(product: Product) -> None:
    parts = descendants(product.pid)
    os.kill(product.pid, signal.SIGKILL)
    product.wait()
    wait_until(lambda: not any(command_line(pid) for pid in parts))
    product.start()  # the ports are free


def test_an_end_that_nobody_asked_for_is_a_failure(product: Product) -> None:
    parts = descendants(product.pid)
    [worker] = of(product, "manage.py worker")
    os.kill(worker, signal.SIGTERM)  # which it obeys, and ends well
    assert product.wait() == 1
    assert not any(command_line(pid) for pid in parts)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_end_that_was_asked_for_is_none(product: Product, number: signal.Signals) -> None:
    os.kill(product.pid, number)
    assert product.wait() == 0


def test_it_can_be_stopped_before_all_parts_have_begun() -> None:
    done = subprocess.run([sys.executable, "-c", STOPPED_AT_ONCE], cwd=ROOT, timeout=60)
    assert done.returncode == 0


def test_who_does_not_end_when_told_is_killed() -> None:
    part = Part("deaf", [sys.executable, "-c", DEAF], {})
    part.start()
    wait_until(lambda: part.listen(0, 0) or part.seen_at is not None)
    Manager([part], hang_seconds=60, stop_seconds=0.1)._end([part])
    assert part.process.returncode == -signal.SIGKILL
