"""`make bench-users`: what a user costs, and that nothing costs more because there are many.

Creates USERS files (100 000 by default), sweeps one real schema change over all of them, reads wallets with a Zipf
distribution (s = 1, fixed seed) over all and over 100 users in the same run. Everything lies in a temporary folder.
"""

import argparse
import os
import random
import resource
import shutil
import statistics
import tempfile
import time
from bisect import bisect
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

SEED = 20261123
READS = 4000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the files go; removed at the end")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-users-", dir=arguments.folder))
    try:
        os.environ.update(
            DATA_DIR=str(folder), DJANGO_SETTINGS_MODULE="reelballers.settings", THROTTLES="off"
        )
        import django

        django.setup()
        run(arguments.users)
    finally:
        shutil.rmtree(folder)


def run(users: int) -> None:
    from reelballers.user_db.paths import users_root

    users_root().mkdir(parents=True)
    print(f"{users:,} users, {os.cpu_count()} cores")
    costs_of_one()
    user_ids = [f"{number:032x}" for number in range(users)]
    create_all(user_ids)
    sweep_all(user_ids)
    read_all(user_ids)


def costs_of_one() -> None:
    from reelballers.user_db import create_user_db, user_db, user_db_path, user_transaction
    from reelballers.user_db import pool as pools
    from wallet import ledger
    from wallet.models import Wallet

    user_ids = [f"f{number:031x}" for number in range(100)]
    birth_ms = median_ms(create_user_db, user_ids)
    size = user_db_path(user_ids[0]).stat().st_size
    numbers = iter(range(10**9))

    def give(user_id: str) -> None:
        with user_transaction(user_id):
            ledger.give_bonus(amount_cents=500, form_id=str(next(numbers)), actor="bench", note="")

    def spend(user_id: str) -> None:
        with user_transaction(user_id):
            ledger.debit(job_id=str(next(numbers)), cost_cents=1)

    def spend_cold(user_id: str) -> None:
        pools.pool.close_idle(user_id)
        spend(user_id)

    def read(user_id: str) -> None:
        with user_db(user_id):
            Wallet.objects.get()

    first_ms = median_ms(give, user_ids)
    print(f"empty file {size:,} bytes, birth {birth_ms:.2f} ms, first write {first_ms:.2f} ms")
    warm_ms, cold_ms = median_ms(spend, [user_ids[0]] * 200), median_ms(spend_cold, user_ids)
    print(f"debit: warm {warm_ms:.2f} ms, cold {cold_ms:.2f} ms")
    print(f"read: warm {median_ms(read, [user_ids[0]] * 200):.2f} ms")
    pools.pool.close_idle()
    for user_id in user_ids:
        shutil.rmtree(user_db_path(user_id).parent)


def create_all(user_ids: list[str]) -> None:
    """Born as guests are, by two processes; each file synced and linked."""
    started = now()
    in_two_processes(_create, user_ids)
    report("created", len(user_ids), started)


def _create(user_ids: list[str]) -> None:
    from reelballers.user_db import create_user_db

    for user_id in user_ids:
        create_user_db(user_id)


def sweep_all(user_ids: list[str]) -> None:
    """A real schema change (a column and an index) through `manage.py migrate_users`' own code."""
    from django.db import migrations, models

    from reelballers.user_db import render, schema
    from reelballers.user_db.sweep import Done, sweep

    before = [key for key in schema.USER_MIGRATIONS if key[0] == "wallet"][-1]
    key = ("wallet", "9999_bench")
    steps = [
        migrations.AddField("ledgerentry", "bench", models.TextField(null=True)),
        migrations.AddIndex("ledgerentry", models.Index(fields=["bench"], name="ledger_bench")),
    ]
    node = type("Migration", (migrations.Migration,), {"operations": steps, "dependencies": [before]})(
        key[1], key[0]
    )
    graph = render.loader().graph
    graph.add_node(key, node)
    graph.add_dependency(node, key, before)
    schema.USER_MIGRATIONS = (*schema.USER_MIGRATIONS, key)
    for each in schema.USER_MIGRATIONS:
        render.sql_of(each, schema.USER_MIGRATIONS)
    for name in ("swept", "swept again"):
        started, total = now(), Done()
        for part in sweep(iter(user_ids), os.cpu_count() or 2):
            total.add(part)
        report(f"{name}: {total.migrated:,} migrated, {len(total.failed)} failed;", len(user_ids), started)


def read_all(user_ids: list[str]) -> None:
    """Wallet reads by Zipf over all users and over 100, in turns so that noise hits both alike.

    A cold opening leaves the processor's caches cold for whoever comes next. So the 100 meet as many of them as all
    users do: what then still differs is what the number of users costs.
    """
    few = user_ids[:: max(1, len(user_ids) // 100)][:100]
    dice = random.Random(SEED)
    plans = {"all": zipf(user_ids, dice), "100": zipf(few, dice)}
    warm: dict[str, list[float]] = {name: [] for name in plans}
    cold: dict[str, list[float]] = {name: [] for name in plans}
    hit_rate = 1.0
    for turn in range(4):
        for name, plan in plans.items():
            visits = plan[turn * READS // 2 : (turn + 2) * READS // 2]
            misses = 0.0 if name == "all" else 1 - hit_rate
            read_turn(visits, misses, dice, warm[name], cold[name])
            hit_rate = len(warm["all"]) / (len(warm["all"]) + len(cold["all"]))
    for name in plans:
        line = f"reads over {name} users: hit rate {hit_rate:.0%}, warm p50 {statistics.median(warm[name]):.3f} ms"
        print(f"{line}, cold p50 {statistics.median(cold[name]):.2f} ms, p99 {p99(cold[name]):.2f} ms")
    ratio = statistics.median(warm["all"]) / statistics.median(warm["100"])
    print(f"warm p50, all against 100 users: {ratio:.2f} × (goal 1.2); peak memory {peak_mib():.0f} MiB")


def read_turn(
    visits: list[str], misses: float, dice: random.Random, warm: list[float], cold: list[float]
) -> None:
    from reelballers.user_db import pool as pools

    pools.pool.close_idle()
    for number, user_id in enumerate(visits):
        if dice.random() < misses:
            pools.pool.close_idle(user_id)
        took, was_warm = read_once(user_id)
        if number >= len(visits) // 4:  # the pool has filled
            (warm if was_warm else cold).append(took)


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
    """Enough visits for every turn: the k-th user comes with weight 1/k."""
    shuffled = dice.sample(user_ids, len(user_ids))
    sums = list(accumulate(1 / rank for rank in range(1, len(shuffled) + 1)))
    return [shuffled[bisect(sums, dice.random() * sums[-1])] for _ in range(3 * READS)]


def median_ms(work: Callable[[str], object], user_ids: list[str]) -> float:
    times = []
    for user_id in user_ids:
        started = time.perf_counter()
        work(user_id)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def in_two_processes(work: Callable[[list[str]], None], user_ids: list[str]) -> None:
    from multiprocessing import get_context

    halves = [user_ids[::2], user_ids[1::2]]
    processes = [get_context("fork").Process(target=work, args=(half,)) for half in halves]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0


def report(what: str, count: int, since: tuple[float, float]) -> None:
    """`since` is what `now()` said before. CPU is what a busy machine cannot stretch."""
    seconds, cpu_seconds = (after - before for after, before in zip(now(), since, strict=True))
    rate, cpu = f"{count / seconds:,.0f}/s", f"{1000 * cpu_seconds / count:.2f} ms CPU each"
    print(f"{what} {count:,} in {seconds:.1f} s, {rate}, {cpu}, peak memory {peak_mib():.0f} MiB", flush=True)


def now() -> tuple[float, float]:
    """Seconds on the clock, and of CPU by this process and its ended children."""
    used = [resource.getrusage(kind) for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return time.monotonic(), sum(each.ru_utime + each.ru_stime for each in used)


def peak_mib() -> float:
    """The largest of this process and its children."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024


def p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


if __name__ == "__main__":
    main()
