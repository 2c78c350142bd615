"""Wallet reads by Zipf (s = 1, fixed seed) over all users and over 100, in one run.

As visitors make them, `GET /api/wallet` through the whole application, and the bare row from the user's file. Three
crowds take turns in short blocks, each with a pool of its own, so that noise hits all alike and none evicts another's
files; the ratios are of blocks side by side. `100` opens nothing once its pool is full. What comes after an opening
finds the processor's caches cold: so `100, as many opened` has as many openings as all users do, and what then still
differs is what the number of users costs.
"""

import random
import statistics
import time
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from itertools import accumulate, islice
from typing import Any

SEED = 20261123
BLOCKS, BLOCK, FILLING = 40, 150, 8


@dataclass
class Crowd:
    name: str
    read: Callable[[str], None]
    plan: list[str]
    misses: float = 0.0  # so many visits find their file closed, whatever the pool holds
    pool: Any = None
    warm: list[list[float]] = field(default_factory=list)  # ms, by block
    in_a_row: list[float] = field(default_factory=list)  # those that came right after another warm one
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
    for what, read in (("GET /api/wallet", get_wallet), ("a wallet's row", read_row)):
        compare(what, read, user_ids)


def compare(what: str, read: Callable[[str], None], user_ids: list[str]) -> None:
    dice = random.Random(SEED)
    few = user_ids[:: max(1, len(user_ids) // 100)][:100]
    everybody = Crowd(f"{len(user_ids):,} users", read, zipf(user_ids, dice))
    alike = Crowd("100, as many opened", read, zipf(few, dice))
    crowds = (everybody, alike, Crowd("100", read, zipf(few, dice)))
    for number in range(FILLING + BLOCKS):
        for crowd in crowds:
            visit(crowd, number, dice)
        if number >= FILLING:
            alike.misses = 1 - everybody.hit_rate
    for crowd in crowds:
        in_a_row = statistics.median(crowd.in_a_row)
        line = f"{what}, {crowd.name}: hit rate {crowd.hit_rate:.0%}, warm p50 {crowd.warm_p50:.3f} ms"
        print(f"{line}, right after another warm one {in_a_row:.3f} ms")
        if len(crowd.cold) > 1:
            percentiles = statistics.quantiles(crowd.cold, n=100)
            print(f"  cold p50 {percentiles[49]:.2f} ms, p99 {percentiles[98]:.2f} ms")
    for other in crowds[1:]:
        ratios = [
            statistics.median(ours) / statistics.median(theirs)
            for ours, theirs in zip(everybody.warm[1:], other.warm[1:], strict=True)
            if ours and theirs
        ]
        ratio = f"{statistics.median(ratios):.2f} × (median of {len(ratios)} pairs)"
        print(f"{what}, warm p50, {everybody.name} against {other.name}: {ratio}", flush=True)
    for crowd in crowds:
        crowd.pool.close_idle()


def visit(crowd: Crowd, number: int, dice: random.Random) -> None:
    """One block of reads through the crowd's own pool."""
    from reelballers.user_db import pool as pools

    of_process = pools.pool
    crowd.pool = pools.pool = crowd.pool or pools.ConnectionPool()
    warm: list[float] = []
    was_warm_before = False
    try:
        for user_id in crowd.plan[number * BLOCK : (number + 1) * BLOCK]:
            if dice.random() < crowd.misses:
                pools.pool.close_idle(user_id)
            took, was_warm = read_once(crowd.read, user_id)
            if number >= FILLING:
                (warm if was_warm else crowd.cold).append(took)
                if was_warm and was_warm_before:
                    crowd.in_a_row.append(took)
            was_warm_before = was_warm
    finally:
        pools.pool = of_process
    if number >= FILLING:
        crowd.warm.append(warm)


def read_once(read: Callable[[str], None], user_id: str) -> tuple[float, bool]:
    from reelballers.user_db import pool as pools

    was_warm = f"u_{user_id}" in pools.pool._idle
    started = time.perf_counter()
    read(user_id)
    return (time.perf_counter() - started) * 1000, was_warm


def read_row(user_id: str) -> None:
    from reelballers.user_db import user_db
    from wallet.models import Wallet

    with user_db(user_id):
        Wallet.objects.get()


def get_wallet(user_id: str) -> None:
    from reelballers.wsgi import application

    said: list[str] = []
    request = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/api/wallet",
        "HTTP_COOKIE": f"session={user_id}",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
    }
    answer = application(request, lambda status, headers: said.append(status))
    assert b"balance_cents" in b"".join(answer), said
    answer.close()


def sign_in(user_ids: list[str]) -> None:
    """A session for everybody, named as its user is."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

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
