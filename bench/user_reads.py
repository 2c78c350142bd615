"""Wallet reads by Zipf (s = 1, fixed seed) over all users and over 100, in one run.

Three visitors take turns in short blocks, each with a pool of its own, so that noise hits all alike and none evicts
another's files; the ratios are of blocks side by side. `100` opens nothing once its pool is full. What comes after
an opening finds the processor's caches cold: so `100, as many opened` has as many openings as all users do, and what
then still differs is what the number of users costs.
"""

import random
import statistics
import time
from bisect import bisect
from dataclasses import dataclass, field
from itertools import accumulate

SEED = 20261123
BLOCKS, BLOCK, FILLING = 40, 150, 8


@dataclass
class Visitor:
    name: str
    plan: list[str]
    misses: float = 0.0  # so many visits find their file closed, whatever the pool holds
    pool: object = None
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
    dice = random.Random(SEED)
    few = user_ids[:: max(1, len(user_ids) // 100)][:100]
    everybody = Visitor(f"{len(user_ids):,} users", zipf(user_ids, dice))
    alike = Visitor("100, as many opened", zipf(few, dice))
    visitors = (everybody, alike, Visitor("100", zipf(few, dice)))
    for number in range(FILLING + BLOCKS):
        for visitor in visitors:
            visit(visitor, number, dice)
        if number >= FILLING:
            alike.misses = 1 - everybody.hit_rate
    for visitor in visitors:
        in_a_row = statistics.median(visitor.in_a_row)
        line = f"reads, {visitor.name}: hit rate {visitor.hit_rate:.0%}, warm p50 {visitor.warm_p50:.3f} ms"
        print(f"{line}, right after another warm one {in_a_row:.3f} ms")
        if len(visitor.cold) > 1:
            percentiles = statistics.quantiles(visitor.cold, n=100)
            print(f"  cold p50 {percentiles[49]:.2f} ms, p99 {percentiles[98]:.2f} ms")
    for other in visitors[1:]:
        ratios = [
            statistics.median(ours) / statistics.median(theirs)
            for ours, theirs in zip(everybody.warm[1:], other.warm[1:], strict=True)
            if ours and theirs
        ]
        ratio = f"{statistics.median(ratios):.2f} ×"
        print(
            f"warm p50, {everybody.name} against {other.name}: {ratio} (median of {len(ratios)} pairs; goal 1.2)"
        )


def visit(visitor: Visitor, number: int, dice: random.Random) -> None:
    """One block of reads through the visitor's own pool."""
    from reelballers.user_db import pool as pools

    of_process = pools.pool
    visitor.pool = pools.pool = visitor.pool or pools.ConnectionPool()
    warm: list[float] = []
    was_warm_before = False
    try:
        for user_id in visitor.plan[number * BLOCK : (number + 1) * BLOCK]:
            if dice.random() < visitor.misses:
                pools.pool.close_idle(user_id)
            took, was_warm = read_once(user_id)
            if number >= FILLING:
                (warm if was_warm else visitor.cold).append(took)
                if was_warm and was_warm_before:
                    visitor.in_a_row.append(took)
            was_warm_before = was_warm
    finally:
        pools.pool = of_process
    if number >= FILLING:
        visitor.warm.append(warm)


def read_once(user_id: str) -> tuple[float, bool]:
    from reelballers.user_db import pool as pools
    from reelballers.user_db import user_db
    from wallet.models import Wallet

    was_warm = f"u_{user_id}" in pools.pool._idle
    started = time.perf_counter()
    with user_db(user_id):
        Wallet.objects.get()
    return (time.perf_counter() - started) * 1000, was_warm


def zipf(user_ids: list[str], dice: random.Random) -> list[str]:
    """Every block's visits: the k-th user comes with weight 1/k."""
    shuffled = dice.sample(user_ids, len(user_ids))
    sums = list(accumulate(1 / rank for rank in range(1, len(shuffled) + 1)))
    count = (FILLING + BLOCKS) * BLOCK
    return [shuffled[bisect(sums, dice.random() * sums[-1])] for _ in range(count)]
