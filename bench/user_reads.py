"""Wallet reads by Zipf (s = 1, fixed seed) over all users and over 100, in one run.

As visitors make them, `GET /api/wallet` from a web process over a socket, and the bare row from the user's file without
any server. Three crowds take turns in short blocks, each with a pool of its own, so that noise hits all alike and none
evicts another's files; the ratios are of blocks side by side. `100` opens nothing once its pool is full. `100, as many
opened` has as many openings as all users do: what then still differs is what the number of users costs.
"""

import os
import random
import signal
import statistics
import subprocess
import sys
import time
from bisect import bisect
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from itertools import accumulate, islice
from typing import Protocol

SEED = 20261123
BLOCKS, BLOCK, FILLING = 40, 150, 8
READY_SECONDS = 30


class Reader(Protocol):
    """Reads a user's wallet through a pool of its own."""

    def read(self, user_id: str, *, must_open: bool) -> tuple[float, bool]:
        """Milliseconds, and whether the file was open already. `must_open`: it is closed before."""

    def close(self) -> None: ...


class WebProcess:
    """`GET /api/wallet` by one visitor after the other, on a connection that stays open."""

    def __init__(self) -> None:
        from tests.product import ROOT, free_ports

        [port] = free_ports(1)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "reelballers/gunicorn.py", "bench.warmth:application"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port), "WEB_CONCURRENCY": "1"},
            stdout=subprocess.DEVNULL,
        )
        self._connection = HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
        self._wait_until_it_listens()

    def read(self, user_id: str, *, must_open: bool) -> tuple[float, bool]:
        headers = {"Cookie": f"session={user_id}", "X-User-Id": user_id, "X-Must-Open": str(must_open)}
        started = time.perf_counter()
        self._connection.request("GET", "/api/wallet", headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        took_ms = (time.perf_counter() - started) * 1000
        assert b"balance_cents" in body, (answer.status, body)
        return took_ms, answer.headers["X-Was-Warm"] == "True"

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while self._connection.sock is None:
            try:
                self._connection.connect()
            except ConnectionRefusedError:
                assert time.monotonic() < deadline, "the web process does not listen"
                time.sleep(0.1)

    def close(self) -> None:
        self._connection.close()
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(READY_SECONDS)


class Row:
    """The wallet's row by Django's ORM, in this process."""

    def __init__(self) -> None:
        from reelballers.user_db import pool as pools

        self._pool = pools.ConnectionPool()

    def read(self, user_id: str, *, must_open: bool) -> tuple[float, bool]:
        from reelballers.user_db import pool as pools
        from reelballers.user_db import user_db
        from reelballers.user_db.paths import alias_for
        from wallet.models import Wallet

        of_process, pools.pool = pools.pool, self._pool
        try:
            if must_open:
                self._pool.close_idle(user_id)
            was_warm = alias_for(user_id) in self._pool._idle
            started = time.perf_counter()
            with user_db(user_id):
                Wallet.objects.get()
            return (time.perf_counter() - started) * 1000, was_warm
        finally:
            pools.pool = of_process

    def close(self) -> None:
        self._pool.close_idle()


@dataclass
class Crowd:
    name: str
    reader: Reader
    plan: list[str]
    misses: float = 0.0  # so many visits find their file closed, whatever the pool holds
    warm: list[list[float]] = field(default_factory=list)  # ms, by block
    cold: list[float] = field(default_factory=list)

    @property
    def warm_p50(self) -> float:
        return statistics.median(took for block in self.warm for took in block)

    @property
    def hit_rate(self) -> float:
        warm = sum(map(len, self.warm))
        return warm / (warm + len(self.cold))


def read_all(user_ids: list[str]) -> None:
    sign_in(user_ids)
    for what, reader in (("GET /api/wallet", WebProcess), ("a wallet's row", Row)):
        compare(what, reader, user_ids)


def compare(what: str, reader: type[WebProcess] | type[Row], user_ids: list[str]) -> None:
    dice = random.Random(SEED)
    few = user_ids[:: max(1, len(user_ids) // 100)][:100]
    everybody = Crowd(f"{len(user_ids):,} users", reader(), zipf(user_ids, dice))
    alike = Crowd("100, as many opened", reader(), zipf(few, dice))
    crowds = (everybody, alike, Crowd("100", reader(), zipf(few, dice)))
    try:
        for number in range(FILLING + BLOCKS):
            for crowd in crowds:
                visit(crowd, number, dice)
            if number >= FILLING:
                alike.misses = 1 - everybody.hit_rate
    finally:
        for crowd in crowds:
            crowd.reader.close()
    tell(what, crowds)


def visit(crowd: Crowd, number: int, dice: random.Random) -> None:
    """One block of reads; the first ones only fill the pool."""
    warm: list[float] = []
    for user_id in crowd.plan[number * BLOCK : (number + 1) * BLOCK]:
        took_ms, was_warm = crowd.reader.read(user_id, must_open=dice.random() < crowd.misses)
        if number >= FILLING:
            (warm if was_warm else crowd.cold).append(took_ms)
    if number >= FILLING:
        crowd.warm.append(warm)


def tell(what: str, crowds: tuple[Crowd, ...]) -> None:
    for crowd in crowds:
        line = f"{what}, {crowd.name}: hit rate {crowd.hit_rate:.0%}, warm p50 {crowd.warm_p50:.3f} ms"
        if len(crowd.cold) > 1:
            percentiles = statistics.quantiles(crowd.cold, n=100)
            line += f"; cold p50 {percentiles[49]:.2f} ms, p99 {percentiles[98]:.2f} ms"
        print(line)
    everybody, *others = crowds
    for other in others:
        ratios = [
            statistics.median(ours) / statistics.median(theirs)
            for ours, theirs in zip(everybody.warm[1:], other.warm[1:], strict=True)
            if ours and theirs
        ]
        ratio = f"{statistics.median(ratios):.2f} × (median of {len(ratios)} pairs)"
        print(f"{what}, warm p50, {everybody.name} against {other.name}: {ratio}", flush=True)


def sign_in(user_ids: list[str]) -> None:
    """A session for everybody, named as its user is."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from reelballers.models import Session
    from reelballers.sessions import SessionStore

    store, expires_at, ids = SessionStore(), timezone.now() + timedelta(days=400), iter(user_ids)
    same = {BACKEND_SESSION_KEY: "bench", HASH_SESSION_KEY: "0" * 64, "renewed_at": int(time.time())}
    while batch := list(islice(ids, 1000)):
        Session.objects.bulk_create(
            Session(
                session_key=user_id,
                session_data=store.encode({SESSION_KEY: user_id, **same}),
                expire_date=expires_at,
            )
            for user_id in batch
        )


def zipf(user_ids: list[str], dice: random.Random) -> list[str]:
    """Every block's visits: the k-th user comes with weight 1/k."""
    shuffled = dice.sample(user_ids, len(user_ids))
    sums = list(accumulate(1 / rank for rank in range(1, len(shuffled) + 1)))
    count = (FILLING + BLOCKS) * BLOCK
    return [shuffled[bisect(sums, dice.random() * sums[-1])] for _ in range(count)]
