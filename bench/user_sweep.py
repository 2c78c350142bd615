"""A real schema change (a column and an index) over all users by `migrate_users`' own code, killed half-way."""

import os
import signal
import time
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection

from bench.measure import in_two_processes, now, report
from bench.user_wallets import credits_of


def killed_and_again(user_ids: list[str]) -> None:
    _add_migration()
    started = time.monotonic()
    done = _run_and_kill(at=len(user_ids) // 2)
    print(f"sweep: SIGKILL to all its processes after {done:,} files, {time.monotonic() - started:.1f} s")
    for name in ("swept after the kill", "swept with nothing to do"):
        since = now()
        migrated, current, failed = _sweep()
        name = f"{name}: {migrated:,} migrated, {current:,} were current, {failed:,} failed;"
        report(name, len(user_ids), since)
    print(f"sweep and its repetition: {time.monotonic() - started:.1f} s in all")


def prove(user_ids: list[str]) -> None:
    """Every file at the new version, whole, with its balance."""
    since = now()
    in_two_processes(_prove, user_ids)
    report("proved (version, quick_check, balance, ledger's sum):", len(user_ids), since)


def _prove(user_ids: list[str]) -> None:
    from reelballers.user_db import look, schema

    wanted_version = schema.current_version()
    for user_id in user_ids:
        with look(user_id) as db:
            assert db.execute("PRAGMA quick_check").fetchone()[0] == "ok", user_id
            facts = db.execute(
                "SELECT balance_cents, (SELECT TOTAL(change_cents) FROM ledger),"
                " (SELECT COUNT(bench) FROM ledger) FROM wallet"
            ).fetchone()
            assert schema.stamp_of(db).version == wanted_version, user_id
            assert tuple(facts) == (credits_of(user_id), credits_of(user_id), 0), user_id


def _run_and_kill(*, at: int) -> int:
    """SIGKILL to the sweep and its workers once so many files are done; returns how many it had told."""
    told, tell = Pipe(duplex=False)
    process = get_context("fork").Process(target=_sweep_and_tell, args=(tell,))
    process.start()
    tell.close()
    done = 0
    while done < at:
        done += told.recv()
    assert process.pid
    os.killpg(process.pid, signal.SIGKILL)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    return done


def _sweep_and_tell(tell: Connection) -> None:
    from reelballers.user_db import all_user_folders
    from reelballers.user_db.sweep import sweep

    os.setsid()
    for part in sweep(all_user_folders(), os.cpu_count() or 2):
        tell.send(part.migrated)


def _sweep() -> tuple[int, int, int]:
    from reelballers.user_db import all_user_folders
    from reelballers.user_db.sweep import Done, sweep

    total = Done()
    for part in sweep(all_user_folders(), os.cpu_count() or 2):
        total.add(part)
    return total.migrated, total.current, len(total.failed)


def _add_migration() -> None:
    """The next release has one more, rendered before the processes fork as the command does."""
    from django.db import migrations, models

    from reelballers.user_db import render, schema

    before = [key for key in schema.USER_MIGRATIONS if key[0] == "wallet"][-1]
    key = ("wallet", "9999_bench")
    steps = [
        migrations.AddField("ledgerentry", "bench", models.TextField(null=True)),
        migrations.AddIndex("ledgerentry", models.Index(fields=["bench"], name="ledger_bench")),
    ]
    facts = {"operations": steps, "dependencies": [before]}
    node = type("Migration", (migrations.Migration,), facts)(key[1], key[0])
    graph = render.loader().graph
    graph.add_node(key, node)
    graph.add_dependency(node, key, before)
    schema.USER_MIGRATIONS = (*schema.USER_MIGRATIONS, key)
    for each in schema.USER_MIGRATIONS:
        render.sql_of(each, schema.USER_MIGRATIONS)
