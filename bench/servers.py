"""The two servers that are compared, and what they have used of the processor so far."""

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.product import Product, descendants, free_ports

WORKERS = 2


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of processes with all their threads, ended ones too, by the kernel's own clocks."""
    # CPUCLOCK_SCHED of another process, as clock_getcpuclockid(3) makes it.
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)


def web_pids(product: Product) -> list[int]:
    """gunicorn's processes: no worker, no sandbox."""
    named = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in descendants(product.pid)}
    return [pid for pid, command in named.items() if b"gunicorn" in command]


@contextlib.contextmanager
def seed_server(folder: Path) -> Iterator[tuple[int, list[int]]]:
    """(port, pids) of the seed's server with as many processes as ours has."""
    [port] = free_ports(1)
    command = [sys.executable, "-m", "uvicorn", "bench.seed_server.app:app", f"--port={port}"]
    with subprocess.Popen(
        [*command, f"--workers={WORKERS}", "--log-level=warning", "--timeout-keep-alive=600"],
        env={**os.environ, "SEED_FOLDER": str(folder)},
    ) as process:
        try:
            wait_until_it_listens(port)
            yield port, [process.pid, *descendants(process.pid)]
        finally:
            process.terminate()


def wait_until_it_listens(port: int, within_seconds: float = 60) -> None:
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            Caller(port, "").connection.connect()
            return
        time.sleep(0.1)
    raise RuntimeError(f"nobody listens on {port}")


class Caller:
    """One kept-alive connection with one visitor's cookie."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookie = cookie

    def call(
        self, method: str, path: str, body: bytes | None = None, wanted: int = 200, **headers: str
    ) -> Any:
        given = {"Cookie": self.cookie, "Content-Type": "application/json", **headers}
        self.connection.request(method, path, body, given)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != wanted:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")
        return answer.headers, text
