"""The statements of the hot calls on bare connections: what SQLite itself costs, with the same durability."""

import hashlib
import os
import secrets
import sqlite3
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reelballers.settings_test")


class Floor:
    """A user's file at the real schema and a plain stand-in for `default`, both WAL and synchronous=FULL."""

    def __init__(self, folder: Path) -> None:
        import django

        django.setup()
        from reelballers.user_db import schema

        self.user = _open(folder / "floor-user.sqlite3")
        self.user.execute("BEGIN IMMEDIATE")
        schema.run_pending(self.user)
        self.user.execute("COMMIT")
        self.shared = _open(folder / "floor-default.sqlite3")
        self.shared.execute("CREATE TABLE session (id TEXT PRIMARY KEY, data TEXT)")
        self.shared.execute("INSERT INTO session VALUES ('s', ?)", ["x" * 200])
        self.shared.execute("CREATE TABLE thing (id TEXT PRIMARY KEY, body TEXT)")
        self._move("topup", 10_000_000)

    def wallet_read(self, number: int) -> None:
        self.shared.execute("SELECT data FROM session WHERE id = 's'").fetchone()
        self.user.execute("SELECT * FROM wallet WHERE id = 1").fetchone()

    def debit(self, number: int) -> None:
        self.shared.execute("SELECT data FROM session WHERE id = 's'").fetchone()
        self._move("debit", -1)

    def export_start(self, number: int) -> None:
        """One commit on `default`, one on the user's file; its second on `default` is the worker's."""
        self._write_shared(1)
        self._move("debit", -1, rows=2)

    def webhook(self, number: int) -> None:
        """Three commits on `default`, one on the user's file."""
        self._write_shared(3)
        self._move("topup", 50)
        self._write_shared(1)
        self._write_shared(1)

    def close(self) -> None:
        self.user.close()
        self.shared.close()

    def _write_shared(self, rows: int) -> None:
        self.shared.execute("BEGIN IMMEDIATE")
        for _ in range(rows):
            self.shared.execute("INSERT INTO thing VALUES (?, ?)", [secrets.token_hex(8), "x" * 500])
        self.shared.execute("COMMIT")

    def _move(self, reason: str, change_cents: int, rows: int = 1) -> None:
        run, reference = self.user.execute, secrets.token_hex(8)
        run("BEGIN IMMEDIATE")
        for _ in range(rows):
            run("SELECT cost_cents FROM debits WHERE job_id = ?", [reference]).fetchone()
            run("SELECT balance_cents, is_frozen FROM wallet WHERE id = 1").fetchone()
        if reason == "debit":
            run("INSERT INTO debits (job_id, cost_cents, refunded_cents) VALUES (?, 1, 0)", [reference])
        balance = run("SELECT balance_cents FROM wallet").fetchone()[0]
        run("SELECT balance_after_cents, hash FROM ledger ORDER BY id DESC LIMIT 1").fetchone()
        run(
            "INSERT INTO ledger (change_cents, reason, created_at, balance_after_cents, reference, actor, note, hash)"
            " VALUES (?, ?, '2026-01-01 00:00:00', ?, ?, 'bench', '', ?)",
            [change_cents, reason, balance + change_cents, reference, hashlib.sha256(b"x").hexdigest()],
        )
        run("COMMIT")


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection
