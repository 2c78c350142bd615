"""The whole product with its exports on the scripted Modal, at the end of a line that can fail."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.tests.control_plane import ControlPlane, serving
from tests.cast.breakable_line import Line, line_to
from tests.product import ROOT, Product
from tests.visitor import Visitor


@dataclass
class FarProduct:
    product: Product
    plane: ControlPlane
    line: Line

    def visitors(self, count: int, clip: Path) -> list[Visitor]:
        """Visitors with 500 credits and a clip each."""
        found = [Visitor(self.product.base_url, self.product.sandbox_url) for _ in range(count)]
        topups = [(visitor, visitor.top_up(500)) for visitor in found]
        for visitor, session_id in topups:
            visitor.wait_for(f"/api/topup/{session_id}", "status", "paid")
            visitor.project_id = visitor.upload(clip)["id"]
        return found

    def start_exports(self, visitors: list[Visitor], *, each: int, clients: int) -> list[dict[str, Any]]:
        """What start_exports.py tells of `each` starts by every visitor."""
        starts = [
            {"session": visitor.http.cookies["session"], "project_id": visitor.project_id}
            for visitor in visitors
        ]
        order = {"host": f"localhost:{self.product.port}", "clients": clients, "starts": starts * each}
        done = subprocess.run(
            [sys.executable, "-m", "exports.tests.start_exports"],
            cwd=ROOT,
            input=json.dumps(order),
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        return json.loads(done.stdout)

    @contextlib.contextmanager
    def racing_workers(self, count: int, folder: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Processes of racing_worker.py beside the product's own worker, on a line of their own."""
        command = [sys.executable, "-m", "exports.tests.racing_worker", str(folder)]
        environment = {
            **self.product.environment,
            "MODAL_SERVER_URL": f"http://127.0.0.1:{self.plane.port}",
        }
        workers = [subprocess.Popen(command, cwd=ROOT, env=environment) for _ in range(count)]
        try:
            yield workers
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()


@contextlib.contextmanager
def far_product(data_dir: Path, runs: Callable[[str, str], Any]) -> Iterator[FarProduct]:
    """`runs` is what a container does with a call: the function's name, the address of its order."""
    with serving() as plane, line_to(plane.port) as line:
        plane.runs = runs
        environment = {
            "EXPORT_BACKEND": "modal",
            "MODAL_TOKEN_ID": "ak-test",
            "MODAL_TOKEN_SECRET": "as-test",
            "MODAL_SERVER_URL": f"http://127.0.0.1:{line.port}",
        }
        with Product(data_dir, **environment) as product:
            yield FarProduct(product, plane, line)


def wait_until(is_so: Callable[[], Any], seconds: float, *, every_seconds: float = 0.2) -> float:
    """How long it took."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < seconds, f"not within {seconds:g} s"
        time.sleep(every_seconds)
    return time.monotonic() - started
