"""Many threads in many processes on many users with few connections: nothing crosses, nothing is lost."""

import contextlib
import multiprocessing
import os
import random
import threading
import time
from itertools import count
from typing import Any

import pytest
from django.conf import settings

from reelballers.user_db import create_user_db, look, user_connection, user_db, user_transaction
from reelballers.user_db import pool as pools
from reelballers.user_db.paths import user_directory, users_root
from wallet import ledger
from wallet.errors import InsufficientFunds

PROCESSES, THREADS, CAP = 2, 8, 20
NOTES = "from {}"


def _hammer(user_ids: list[str], seed: int, visits: int, until: float, report: Any) -> None:
    """One process: its threads read and spend, and look that each row names the user whose file it is in."""
    settings.USER_DB_CONNECTIONS = CAP
    errors: list[str] = []
    made, peaks = [0] * THREADS, [0, 0]

    def work(number: int) -> None:
        dice = random.Random(seed * 1000 + number)
        for visit in count():
            if visit >= visits and time.monotonic() >= until:
                made[number] = visit
                return
            try:
                _one_visit(dice.choice(user_ids), dice, f"{seed}-{number}-{visit}")
            except Exception as error:
                errors.append(f"{type(error).__name__}: {error}")
            if visit % 10 == 0:
                peaks[:] = map(max, peaks, _descriptors())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report.put((sum(made), errors, *peaks, pools.pool.peak_open_count))


def _one_visit(user_id: str, dice: random.Random, job_id: str) -> None:
    if dice.random() < 0.5:
        with user_db(user_id), user_connection().cursor() as cursor:
            cursor.execute("SELECT DISTINCT note FROM ledger")
            assert {row[0] for row in cursor.fetchall()} <= {NOTES.format(user_id)}
        return
    with user_transaction(user_id):
        note = NOTES.format(user_id)
        try:
            ledger.debit(job_id=job_id, cost_cents=dice.randint(1, 5), note=note)
        except InsufficientFunds:
            ledger.give_bonus(amount_cents=50, form_id=job_id, actor="op", note=note)
        if dice.random() < 0.3:
            ledger.give_bonus(amount_cents=3, form_id=f"{job_id}b", actor="op", note=note)


def _descriptors() -> tuple[int, int]:
    """This process's descriptors on users' files, and on their logs: of those each connection has one."""
    root, found = str(users_root()), []
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            found.append(os.readlink(f"/proc/self/fd/{number}"))
    ours = [path for path in found if path.startswith(root)]
    return len(ours), sum(path.endswith("-wal") for path in ours)


def hammer(user_ids: list[str], visits: int, seconds: float) -> tuple[int, list[str], int, int, int]:
    """At least `visits` by each thread, for so long at least.

    Visits made, errors; of a process at most: descriptors, those on logs, connections.
    """
    context = multiprocessing.get_context("fork")
    report = context.Queue()
    until = time.monotonic() + seconds
    processes = [
        context.Process(target=_hammer, args=(user_ids, seed, visits, until, report))
        for seed in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    parts = [report.get(timeout=60 + seconds + visits) for _ in processes]
    for process in processes:
        process.join(30)
    made, errors, *peaks = zip(*parts, strict=True)
    return sum(made), [line for part in errors for line in part], *map(max, peaks)


@pytest.mark.parametrize(
    ("users", "visits", "seconds"),
    [
        pytest.param(40, 50, 0),
        pytest.param(500, 500, 60, marks=[pytest.mark.slow, pytest.mark.timeout(1200)]),
    ],
)
def test_nothing_crosses_and_nothing_is_lost(users: int, visits: int, seconds: float, capsys: Any) -> None:
    user_ids = [f"{number:032x}" for number in range(users)]
    for user_id in user_ids:
        create_user_db(user_id)
    made, errors, descriptors, logs, connections = hammer(user_ids, visits, seconds)
    with capsys.disabled():
        said = f"{made} visits to {users} users, peak {descriptors} descriptors, {connections} connections"
        print(f"\n{said}")  # noqa: T201 - what the slow run is for
    assert errors == []
    assert connections <= CAP
    assert 0 < logs <= CAP + THREADS  # while they are counted, one closes and another opens
    # While a file is open, SQLite keeps descriptors of other connections to it that were closed: one a thread at most.
    assert descriptors <= (3 + THREADS - 1) * CAP + THREADS
    assert _faults(user_ids) == []


def _faults(user_ids: list[str]) -> list[str]:
    found = []
    for user_id in user_ids:
        with look(user_id) as db:
            balance, summed, notes = db.execute(
                "SELECT balance_cents, (SELECT COALESCE(SUM(change_cents), 0) FROM ledger),"
                " (SELECT COUNT(*) FROM ledger WHERE note != ?) FROM wallet",
                (NOTES.format(user_id),),
            ).fetchone()
        if balance != summed or notes or not user_directory(user_id).exists():
            found.append(user_id)
    return found
