"""A file behind is migrated when it is opened, all or nothing; one ahead is used as long as it can be."""

import os
import signal
import sqlite3
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, migrations, models

from reelballers.user_db import (
    checks,
    copies,
    look,
    look_at,
    render,
    schema,
    user_db,
    user_db_path,
    user_transaction,
)
from reelballers.user_db import pool as pools
from reelballers.user_db.errors import UserDatabaseUnusable
from wallet import ledger
from wallet.models import Wallet

ADD_COLUMN = migrations.AddField("wallet", "colour", models.TextField(default="blue"))
REMAKE = migrations.AddConstraint(
    "topup", models.CheckConstraint(condition=models.Q(credits__lt=10**9), name="topup_is_not_absurd")
)


@pytest.fixture(autouse=True)
def _closed(anna: str, ben: str) -> None:
    pools.pool.close_idle()


def version(user_id: str) -> int:
    with look(user_id) as db:
        return schema.stamp_of(db).version


def columns(user_id: str, table: str) -> list[str]:
    with look(user_id) as db:
        return [row["name"] for row in db.execute(f"PRAGMA table_info({table})")]


def test_a_file_behind_is_migrated_when_it_is_opened(anna: str, migration: Callable[..., None]) -> None:
    migration("0003_colour", [ADD_COLUMN])
    with user_db(anna):
        assert Wallet.objects.get().balance_cents == 100
    assert version(anna) == schema.current_version()
    assert "colour" in columns(anna, "wallet")


def test_a_new_file_is_born_at_the_new_version(
    new_user: Callable[[], str], migration: Callable[..., None]
) -> None:
    migration("0003_colour", [ADD_COLUMN])
    assert "colour" in columns(new_user(), "wallet")


def test_a_table_remake_keeps_rows_references_and_rules(anna: str, migration: Callable[..., None]) -> None:
    from reelballers.user_db.tests.test_rows import new_reversal, new_topup

    with user_transaction(anna):
        topup = new_topup()
        topup.save()
        new_reversal(topup).save()
    migration("0003_remake", [REMAKE])
    pools.pool.close_idle()
    with user_db(anna) as alias:
        from wallet.models import Reversal

        assert Reversal.objects.get().topup.credits == 5
        with pytest.raises(Exception, match="topup_is_not_absurd"), connections[alias].cursor() as cursor:
            cursor.execute("UPDATE topups SET credits = 1000000000")
        with pytest.raises(Exception, match="FOREIGN KEY"), connections[alias].cursor() as cursor:
            cursor.execute("UPDATE reversals SET topup_id = 'nobody'")
    with look(anna) as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_table_remake_keeps_the_ledgers_guards(anna: str, migration: Callable[..., None]) -> None:
    with look(anna) as db:
        before = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        ).fetchall()
    migration(
        "0003_remake", [ADD_COLUMN, migrations.AddField("ledgerentry", "x", models.IntegerField(default=0))]
    )
    with (
        user_db(anna) as alias,
        pytest.raises(Exception, match="append-only"),
        connections[alias].cursor() as cursor,
    ):
        cursor.execute("UPDATE ledger SET note = 'x'")
    with look(anna) as db:
        after = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        ).fetchall()
    assert [tuple(row) for row in after] == [tuple(row) for row in before]


def test_more_migrations_may_follow_a_remake_of_the_ledger(anna: str, migration: Callable[..., None]) -> None:
    """Rendering the second runs the first on an empty database, where triggers stand in its way as in a file."""
    migration("0003_remake", [migrations.AddField("ledgerentry", "x", models.IntegerField(default=0))])
    migration("0004_colour", [ADD_COLUMN])
    with user_db(anna):
        assert Wallet.objects.get().balance_cents == 100
    assert {"x", "colour"} <= {*columns(anna, "ledger"), *columns(anna, "wallet")}


def test_a_failing_migration_leaves_the_file_as_it_was(anna: str, migration: Callable[..., None]) -> None:
    before = user_db_path(anna).read_bytes()
    migration("0003_fails", [ADD_COLUMN, migrations.RunSQL(["INSERT INTO nowhere VALUES (1)"])])
    for _ in range(2):
        with pytest.raises(UserDatabaseUnusable, match="no such table: nowhere"), user_db(anna):
            pass
    assert version(anna) == schema.current_version() - 1
    assert "colour" not in columns(anna, "wallet")
    assert user_db_path(anna).read_bytes() == before


def test_a_migration_that_breaks_references_is_refused(anna: str, migration: Callable[..., None]) -> None:
    bad = "INSERT INTO reversals SELECT 're', 'refund', 1, '', 0, 0, NULL, '', '', NULL, 'x', 'x', 'nobody'"
    migration("0003_bad", [migrations.RunSQL([bad])])
    with pytest.raises(UserDatabaseUnusable), user_db(anna):
        pass
    assert version(anna) == schema.current_version() - 1


def open_with_a_newer_release(
    user_id: str, migration: Callable[..., None], monkeypatch: pytest.MonkeyPatch, *, breaking: bool
) -> None:
    """Then this release is back, and nobody has the file open."""
    this_release = schema.USER_MIGRATIONS
    migration("9999_newer", [ADD_COLUMN], breaking=breaking)
    with user_db(user_id):
        pass
    pools.pool.close_idle()
    monkeypatch.setattr(schema, "USER_MIGRATIONS", this_release)


def test_a_file_ahead_opens(
    anna: str, migration: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release was rolled back: its column stays, and nobody minds."""
    open_with_a_newer_release(anna, migration, monkeypatch, breaking=False)
    with user_transaction(anna):
        ledger.debit(job_id="j", cost_cents=5)
    assert version(anna) == schema.current_version() + 1


def test_a_file_ahead_beyond_use_is_refused(
    anna: str, migration: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_with_a_newer_release(anna, migration, monkeypatch, breaking=True)
    with pytest.raises(UserDatabaseUnusable, match="the file needs version"), user_db(anna):
        pass


def test_a_newer_release_was_faster(
    anna: str, migration: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our look at the file and our lock on it."""
    open_with_a_newer_release(anna, migration, monkeypatch, breaking=True)
    really_read, early = schema.stamp_of, [schema.Stamp(1, 0)]
    monkeypatch.setattr(schema, "stamp_of", lambda raw: early.pop() if early else really_read(raw))
    with pytest.raises(UserDatabaseUnusable, match="the file needs version"), user_db(anna):
        pass
    with look(anna) as db:
        assert really_read(db) == schema.Stamp(schema.current_version() + 1, schema.current_version() + 1)


def test_sigkill_half_way_leaves_the_old_file(anna: str, migration: Callable[..., None]) -> None:
    migration("0003_colour", [ADD_COLUMN, REMAKE])
    child = os.fork()
    if child == 0:
        # Killed between the last statement and the commit: all of it is in the -wal already.
        try:
            schema._broken_references = _kill_at_second_call()
            with user_db(anna):
                pass
        finally:
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    with look(anna) as db:
        assert schema.stamp_of(db).version == schema.current_version() - 1
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    with user_db(anna):
        assert Wallet.objects.get().balance_cents == 100
    assert version(anna) == schema.current_version()


def _kill_at_second_call() -> Callable[..., Any]:
    calls = []

    def check(raw: sqlite3.Connection) -> set[Any]:
        calls.append(1)
        if len(calls) == 2:
            raw.execute("PRAGMA cache_spill = 1")
            os.kill(os.getpid(), signal.SIGKILL)
        return set()

    return check


def test_a_copy_is_kept_before_anything_is_lost(anna: str, migration: Callable[..., None]) -> None:
    migration("0003_drops", [migrations.RemoveField("wallet", "updated_at")])
    with user_db(anna):
        pass
    assert "updated_at" not in columns(anna, "wallet")
    copy = user_db_path(anna).with_name(f"before-{schema.current_version()}.sqlite3")
    with look_at(copy) as db:
        assert db.execute("SELECT updated_at FROM wallet").fetchone()[0] is not None
        assert schema.stamp_of(db).version == schema.current_version() - 1


def test_no_copy_is_kept_of_a_harmless_migration(anna: str, migration: Callable[..., None]) -> None:
    migration("0003_colour", [ADD_COLUMN, REMAKE])
    with user_db(anna):
        pass
    assert list(user_db_path(anna).parent.glob("before-*")) == []


def test_a_copy_holds_what_is_still_in_the_log(anna: str) -> None:
    with user_transaction(anna):
        ledger.debit(job_id="j", cost_cents=60)
    with user_db(anna):
        copy = user_db_path(anna).with_name("copy.sqlite3")
        copies.copy_of(user_db_path(anna), copy)
    with look_at(copy) as db:
        assert db.execute("SELECT balance_cents FROM wallet").fetchone()[0] == 40


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RunPython(migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState([migrations.RunPython(migrations.RunPython.noop)]),
    ],
)
def test_python_in_a_migration_is_refused(operation: Any, migration: Callable[..., None]) -> None:
    migration("0003_python", [operation])
    with pytest.raises(ValueError, match="runs Python"):
        render.sql_of(schema.USER_MIGRATIONS[-1], schema.USER_MIGRATIONS)
    assert render.runs_python([operation])


def test_the_project_as_it_stands_passes_the_check() -> None:
    assert checks.check_user_migrations() == []


def test_a_developer_is_told_of_an_unlisted_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    *listed, left_out = schema.USER_MIGRATIONS
    monkeypatch.setattr(schema, "USER_MIGRATIONS", tuple(listed))
    (error,) = checks.check_user_migrations()
    assert error.id == "user_db.E001"
    assert ".".join(left_out) in error.msg
    out = StringIO()
    with pytest.raises(BaseException, match="USER_MIGRATIONS"):
        call_command("check", tags=["user_db"], stderr=out)


def test_a_developer_is_told_of_a_wrong_order(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *rest = schema.USER_MIGRATIONS
    monkeypatch.setattr(schema, "USER_MIGRATIONS", (second, first, *rest))
    assert [error.id for error in checks.check_user_migrations()] == ["user_db.E004"]


def test_a_developer_is_told_of_a_migration_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "USER_MIGRATIONS", (*schema.USER_MIGRATIONS, ("wallet", "0009_gone")))
    assert [error.id for error in checks.check_user_migrations()] == ["user_db.E002"]
