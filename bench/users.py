"""`make bench-users`: what a user costs, and that nothing costs more because there are many.

Makes USERS users (100 000 by default) as the product has them, sweeps one real schema change over all of them, killed
half-way and run again, proves every file, opens the server on the folder, and reads wallets by a Zipf distribution.
Everything lies in a temporary folder.
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

from bench.measure import in_two_processes, now, peak_mib, report
from bench.user_wallets import CREDITED_EVERY, credits_of


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the files go; removed at the end")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-users-", dir=arguments.folder))
    try:
        os.environ.update(
            DATA_DIR=str(folder / "data"), DJANGO_SETTINGS_MODULE="reelballers.settings", THROTTLES="off"
        )
        import django

        django.setup()
        run(arguments.users, folder)
    finally:
        shutil.rmtree(folder)


def run(users: int, folder: Path) -> None:
    from django.core.management import call_command
    from django.db import connections

    from bench import user_reads, user_sweep

    call_command("setup", stdout=StringIO())
    print(f"{users:,} users, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    costs_of_one()
    user_ids = [f"{number:032x}" for number in range(users)]
    create_all(user_ids)
    connections.close_all()  # nothing is open across the forks and the server's start
    user_sweep.killed_and_again(user_ids)
    user_sweep.prove(user_ids)
    open_server(folder / "nobody", "nobody")
    open_server(folder / "data", f"{users:,} users")
    user_reads.read_all(user_ids)
    print(f"peak memory of a process {peak_mib():.0f} MiB (goal 300)")


def costs_of_one() -> None:
    from reelballers.user_db import create_user_db, user_db, user_db_path, user_transaction
    from reelballers.user_db import pool as pools
    from wallet import ledger
    from wallet.models import Wallet

    user_ids = [f"f{number:031x}" for number in range(100)]
    birth_ms = median_ms(create_user_db, user_ids)
    size = user_db_path(user_ids[0]).stat().st_size
    numbers = iter(range(10**9))

    def spend(user_id: str) -> None:
        with user_transaction(user_id):
            ledger.debit(job_id=str(next(numbers)), cost_cents=1)

    def spend_cold(user_id: str) -> None:
        pools.pool.close_idle(user_id)
        spend(user_id)

    def read(user_id: str) -> None:
        with user_db(user_id):
            Wallet.objects.get()

    first_ms = median_ms(lambda user_id: give(user_id, 500), user_ids)
    print(f"empty file {size:,} bytes, birth {birth_ms:.2f} ms, first write {first_ms:.2f} ms")
    warm_ms, cold_ms = median_ms(spend, [user_ids[0]] * 200), median_ms(spend_cold, user_ids)
    print(f"debit: warm {warm_ms:.2f} ms, cold {cold_ms:.2f} ms")
    print(f"read: warm {median_ms(read, [user_ids[0]] * 200):.2f} ms")
    pools.pool.close_idle()
    for user_id in user_ids:
        shutil.rmtree(user_db_path(user_id).parent)


def create_all(user_ids: list[str]) -> None:
    """Born as guests are, by two processes; each file synced and linked. Then known to `default`, some with credits."""
    started = now()
    in_two_processes(_create, user_ids)
    report("created", len(user_ids), started)
    started = now()
    register(user_ids)
    report("registered", len(user_ids), started)
    started = now()
    credited = user_ids[::CREDITED_EVERY]
    in_two_processes(_credit, credited)
    report("credited", len(credited), started)


def _create(user_ids: list[str]) -> None:
    from reelballers.user_db import create_user_db

    for user_id in user_ids:
        create_user_db(user_id)


def register(user_ids: list[str]) -> None:
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from reelballers.models import User

    ids, at = iter(user_ids), timezone.now()
    while batch := list(islice(ids, 1000)):
        User.objects.bulk_create(
            User(id=user_id, is_guest=True, password=make_password(None), wallet_created_at=at)
            for user_id in batch
        )


def _credit(user_ids: list[str]) -> None:
    for user_id in user_ids:
        give(user_id, credits_of(user_id))


def give(user_id: str, amount_cents: int) -> None:
    from reelballers.user_db import user_transaction
    from wallet import ledger

    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=amount_cents, form_id="bench", actor="bench", note="")


def open_server(data_dir: Path, whose: str) -> None:
    """As production starts it: web, which sets up, and worker; ready when `/readyz` says so."""
    from tests.product import Product

    if not data_dir.exists():
        with Product(data_dir):
            pass  # makes an empty `default`, once
    started = time.monotonic()
    with Product(data_dir):
        print(f"server opened on {whose}: ready after {time.monotonic() - started:.1f} s", flush=True)


def median_ms(work: Callable[[str], object], user_ids: list[str]) -> float:
    return statistics.median(_times_ms(work, user_ids))


def _times_ms(work: Callable[[str], object], user_ids: list[str]) -> Iterator[float]:
    for user_id in user_ids:
        started = time.perf_counter()
        work(user_id)
        yield (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
