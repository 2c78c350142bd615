"""A file from before transfers: its ledger is made anew with every line, id, hash and guard it had."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import call_command

from reelballers.user_db import look, render, schema, user_connection, user_db_path, user_transaction
from reelballers.user_db import pool as pools
from tests.cast.payments import balance_of, give, lines_of
from wallet import lines
from wallet.audit import wallet_faults

BEFORE_TRANSFERS = schema.USER_MIGRATIONS[:5]
LINE = (
    "INSERT INTO ledger (change_cents, reason, created_at, balance_after_cents, reference, actor, note, hash,"
    " job_id, stripe_payment_id) VALUES (:change_cents, :reason, :created_at, :balance_after_cents, :reference,"
    " :actor, :note, :hash, :job_id, :stripe_payment_id)"
)


@pytest.fixture
def old(new_user: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A wallet of the release before with 3 lines; the ids of a longer, adopted ledger are used up."""
    with monkeypatch.context() as release:
        release.setattr(schema, "USER_MIGRATIONS", BEFORE_TRANSFERS)
        user_id = new_user()
    pools.pool.close_idle()
    with closing(sqlite3.connect(user_db_path(user_id))) as db, db:
        assert schema.stamp_of(db).version == 5
        balance_cents, last_hash = 0, lines.GENESIS_HASH
        for number, (reason, cents) in enumerate([("bonus", 100), ("debit", -30), ("refund", 30)], 1):
            balance_cents += cents
            line = {
                "change_cents": cents,
                "reason": reason,
                "balance_after_cents": balance_cents,
                "note": "é",
            }
            line |= {
                "created_at": f"2026-01-0{number} 00:00:00.000000",
                "reference": f"{reason}:j",
                "actor": "x",
            }
            line |= {"job_id": None if reason == "bonus" else "j", "stripe_payment_id": None}
            line["hash"] = last_hash = lines.line_hash(last_hash, line)
            db.execute(LINE, line)
        db.execute("INSERT INTO debits VALUES ('j', 30, 30)")
        db.execute("UPDATE sqlite_sequence SET seq = 41 WHERE name = 'ledger'")
    yield user_id
    render.sql_of.cache_clear()


def everything(user_id: str) -> dict[str, list[tuple]]:
    with look(user_id) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        lines = db.execute("SELECT * FROM ledger ORDER BY id")
        return {"triggers": [tuple(row) for row in triggers], "lines": [tuple(row) for row in lines]}


def test_every_line_and_guard_is_as_before(old: str) -> None:
    before = everything(old)
    assert balance_of(old) == 100
    after = everything(old)
    assert after["lines"] == before["lines"]
    assert set(before["triggers"]) < set(after["triggers"])
    with look(old) as db:
        assert list(wallet_faults(db)) == []


def test_an_id_is_never_given_twice(old: str) -> None:
    give(old, 5)
    with look(old) as db:
        assert [row[0] for row in db.execute("SELECT id FROM ledger ORDER BY id")] == [1, 2, 3, 42]
        assert list(wallet_faults(db)) == []


def test_the_ledger_is_still_append_only(old: str) -> None:
    with (
        pytest.raises(Exception, match="append-only"),
        user_transaction(old),
        user_connection().cursor() as cursor,
    ):
        cursor.execute("UPDATE ledger SET note = 'x'")


def test_the_sweep_migrates_it_and_keeps_a_copy(old: str) -> None:
    call_command("migrate_users", "--processes", "1", stdout=StringIO(), stderr=StringIO())
    with look(old) as db:
        assert schema.stamp_of(db).version == schema.current_version()
    assert user_db_path(old).with_name(f"before-{schema.current_version()}.sqlite3").exists()
    assert len(lines_of(old)) == 3


def test_a_migrated_file_has_the_schema_of_a_new_one(old: str, user_id: str) -> None:
    """Later remakes start from either."""
    balance_of(old)
    assert columns_and_checks(old) == columns_and_checks(user_id)


def columns_and_checks(user_id: str) -> list[tuple]:
    with look(user_id) as db:
        return [tuple(row) for row in db.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2")]
