"""`make bench`: CPU per request of the hot calls, beside three floors of the same run.

View: a view that answers a constant, through the same server and socket. SQL: the same statements on a bare connection
to a file of the same schema, no Django. Seed: a small FastAPI app without any of our rules (bench/seed_server), whose
start is also what our debit and start are held against. CPU, because on a busy machine the clock says nothing; blocks
of each in turn, medians. Only ratios of one run mean anything.
"""

import json
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import sql_floor
from bench.seed_server import app as seed
from bench.servers import WORKERS, Caller, cpu_seconds, seed_server, web_pids
from tests.clips import make_clip
from tests.product import Product
from tests.stripe_events import paid_event, signed
from tests.visitor import Visitor

ROUNDS, CALLS, EXPORTS, WEBHOOKS = 7, 100, 18, 20  # exports stay below the limit of open jobs


@dataclass
class Case:
    name: str
    calls: int
    ours: Callable[[int], object]
    sql: Callable[[int], object] | None = None
    seeds: Callable[[int], object] | None = None


class Shopper:
    """A visitor with credits and a clip."""

    def __init__(self, product: Product, clip: Path) -> None:
        self.product, self.visitor = product, Visitor(product.base_url, product.sandbox_url)
        session_id = self.visitor.top_up(50_000)
        self.visitor.wait_for(f"/api/topup/{session_id}", "status", "paid")
        project_id = self.visitor.upload(clip)["id"]
        self.order = json.dumps({"project_id": project_id, "type": "framing", "params": {}}).encode()
        cookie = "; ".join(f"{each.name}={each.value}" for each in self.visitor.http.cookies)
        self.caller = Caller(product.port, cookie)

    def start(self) -> str:
        _, text = self.caller.call("POST", "/api/export/start", self.order, 201)
        return str(json.loads(text)["job_id"])

    def paid_event(self) -> tuple[bytes, dict[str, str]]:
        session_id = self.visitor.post("/api/topup", {"amount_cents": 50})["session_id"]
        return signed(self.product, paid_event(self.product, session_id))


def cases(product: Product, folder: Path, seed_port: int) -> list[Case]:
    clip = make_clip(folder / "clip.mp4", seconds=1)
    shoppers = [Shopper(product, clip) for _ in range(ROUNDS + 1)]
    floor = sql_floor.Floor(folder)
    one, fast = shoppers[0], Caller(seed_port, f"session={seed.make_user(folder)}")
    events = [one.paid_event() for _ in range((ROUNDS + 1) * WEBHOOKS)]
    job_id = one.start()
    one.visitor.wait_for(f"/api/export/{job_id}", "status", "succeeded")
    tag = one.caller.call("GET", f"/api/export/{job_id}")[0]["ETag"]
    seeds_start = lambda _: fast.call("POST", "/api/export/start", one.order, 201)  # noqa: E731
    seeds_job = json.loads(seeds_start(0)[1])["job_id"]

    def debit(_: int) -> object:
        body = json.dumps({"job_id": f"bench-{secrets.token_hex(4)}", "cost_cents": 1}).encode()
        return one.caller.call("POST", "/api/debit", body)

    def webhook(number: int) -> object:
        body, headers = events[number]
        return one.caller.call("POST", "/api/webhook", body, **headers)

    return [
        Case("bare view", CALLS, lambda _: one.caller.call("GET", "/healthz")),
        Case(
            "wallet read",
            CALLS,
            lambda _: one.caller.call("GET", "/api/wallet"),
            floor.wallet_read,
            lambda _: fast.call("GET", "/api/wallet"),
        ),
        Case("debit", CALLS, debit, floor.debit, seeds_start),
        Case(
            "export start",
            EXPORTS,
            lambda number: shoppers[number // EXPORTS].start(),
            floor.export_start,
            seeds_start,
        ),
        Case(
            "poll, 200",
            CALLS,
            lambda _: one.caller.call("GET", f"/api/export/{job_id}"),
            None,
            lambda _: fast.call("GET", f"/api/export/{seeds_job}"),
        ),
        Case(
            "poll, 304",
            CALLS,
            lambda _: one.caller.call("GET", f"/api/export/{job_id}", None, 304, **{"If-None-Match": tag}),
        ),
        Case("webhook", WEBHOOKS, webhook, floor.webhook),
    ]


def measure(product: Product, folder: Path) -> list[tuple[str, float, float, float]]:
    """(name, CPU ms a request: ours, SQL alone, the seed's) for each; 0 where there is nothing to compare."""
    with seed_server(folder) as (seed_port, seed_pids):
        pids, found = web_pids(product), cases(product, folder, seed_port)
        blocks: dict[str, list[tuple[float, float, float]]] = {case.name: [] for case in found}
        for number in range(ROUNDS + 1):
            for case in found:
                calls = range(number * case.calls, (number + 1) * case.calls)
                ours = _used(lambda: cpu_seconds(pids), case.ours, calls)
                sql = _used(time.thread_time, case.sql, calls)
                seeds = _used(lambda: cpu_seconds(seed_pids), case.seeds, calls)
                blocks[case.name].append((ours, sql, seeds))
    # The first block warms up.
    return [
        (name, *(statistics.median(column) for column in zip(*rows[1:], strict=True)))  # type: ignore[misc]
        for name, rows in blocks.items()
    ]


def _used(clock: Callable[[], float], work: Callable[[int], object] | None, calls: range) -> float:
    """CPU milliseconds of one call."""
    if work is None:
        return 0.0
    before = clock()
    for number in calls:
        work(number)
    return (clock() - before) * 1000 / len(calls)


def main() -> int:
    with (
        tempfile.TemporaryDirectory(prefix="reelballers-bench-") as folder,
        Product(Path(folder) / "data", WEB_CONCURRENCY=str(WORKERS)) as product,
    ):
        results = measure(product, Path(folder))
    view_ms = results[0][1]
    print(
        f"{'CPU ms a request':<18}{'ours':>8}{'× view':>8}{'SQL':>8}{'× SQL':>8}{'seed':>8}{'seed ÷ ours':>13}"
    )
    for name, ours_ms, sql_ms, seed_ms in results:
        sql = f"{sql_ms:>8.3f}{ours_ms / sql_ms:>8.1f}" if sql_ms else " " * 16
        ratio = f"{seed_ms:>8.2f}{seed_ms / ours_ms:>13.2f}" if seed_ms else ""
        print(f"{name:<18}{ours_ms:>8.2f}{ours_ms / view_ms:>8.2f}{sql}{ratio}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
