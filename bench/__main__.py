"""`make bench`: what the hot calls cost beside two floors of the same run.

View floor: a view that returns a constant, through the same server and socket. SQL floor: the same statements on a
bare connection to a file of the same schema, no Django. Sequential calls on one kept-alive connection, medians.
"""

import http.client
import json
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from bench import sql_floor
from tests.clips import make_clip
from tests.product import Product
from tests.stripe_events import paid_event, signed
from tests.visitor import Visitor

ROUNDS = 200
EXPORTS = 18  # stays below the limit of open jobs


class Caller:
    """One kept-alive connection with one visitor's cookie."""

    def __init__(self, product: Product, visitor: Visitor) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(product.base_url).netloc, timeout=30)
        self.cookie = "; ".join(f"{c.name}={c.value}" for c in visitor.http.cookies)

    def call(
        self, method: str, path: str, body: bytes | None = None, wanted: int = 200, **headers: str
    ) -> None:
        self.connection.request(
            method, path, body, {"Cookie": self.cookie, "Content-Type": "application/json", **headers}
        )
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != wanted:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")


def median_ms(work: Callable[[int], None], rounds: int) -> float:
    times = []
    for number in range(rounds):
        started = time.perf_counter()
        work(number)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def measure(product: Product, folder: Path) -> list[tuple[str, float, float]]:
    """(name, ms over HTTP, ms of its SQL alone) for each hot call."""
    visitor = Visitor(product.base_url, product.sandbox_url)
    session_id = visitor.top_up(50_000)
    visitor.wait_for(f"/api/topup/{session_id}", "status", "paid")
    caller, floor = Caller(product, visitor), sql_floor.Floor(folder)
    project_id = visitor.upload(make_clip(folder / "clip.mp4", seconds=1))["id"]
    order = json.dumps({"project_id": project_id, "type": "framing", "params": {}}).encode()
    events = [
        signed(product, paid_event(product, visitor.post("/api/topup", {"amount_cents": 50})["session_id"]))
        for _ in range(ROUNDS // 4)
    ]

    def debit(number: int) -> None:
        body = json.dumps({"job_id": f"bench-{secrets.token_hex(4)}", "cost_cents": 1}).encode()
        caller.call("POST", "/api/debit", body)

    def webhook(number: int) -> None:
        body, headers = events[number]
        caller.call("POST", "/api/webhook", body, **headers)

    results = [
        ("constant view", median_ms(lambda _: caller.call("GET", "/healthz"), ROUNDS), 0.0),
        (
            "wallet read",
            median_ms(lambda _: caller.call("GET", "/api/wallet"), ROUNDS),
            median_ms(floor.wallet_read, ROUNDS),
        ),
        ("debit", median_ms(debit, ROUNDS), median_ms(floor.debit, ROUNDS)),
        (
            "export start",
            median_ms(lambda _: caller.call("POST", "/api/export/start", order, 201), EXPORTS),
            median_ms(floor.export_start, ROUNDS),
        ),
        ("webhook", median_ms(webhook, len(events)), median_ms(floor.webhook, ROUNDS)),
    ]
    floor.close()
    return results


def main() -> int:
    with (
        tempfile.TemporaryDirectory(prefix="reelballers-bench-") as folder,
        Product(Path(folder) / "data", WEB_CONCURRENCY="1") as product,
    ):
        results = measure(product, Path(folder))
    view_ms = results[0][1]
    sys.stdout.write(f"{'call':<14} {'ms':>8} {'× view':>8} {'SQL ms':>8} {'× SQL':>8}\n")
    for name, over_http_ms, sql_ms in results:
        against_sql = f"{over_http_ms / sql_ms:>8.1f}" if sql_ms else " " * 8
        sql = f"{sql_ms:>8.3f}" if sql_ms else " " * 8
        sys.stdout.write(
            f"{name:<14} {over_http_ms:>8.2f} {over_http_ms / view_ms:>8.2f} {sql} {against_sql}\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
