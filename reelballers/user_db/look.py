"""A look at a user's file from outside: for audits, copies and sweeps. Changes nothing and migrates nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from reelballers.user_db.aliases import BUSY_TIMEOUT_SECONDS
from reelballers.user_db.errors import UserDatabaseMissing
from reelballers.user_db.paths import user_db_path


@contextmanager
def look(user_id: str) -> Iterator[sqlite3.Connection]:
    """One consistent snapshot of `user_id`'s file, rows by name. Raises UserDatabaseMissing."""
    path = user_db_path(user_id)
    if not path.exists():
        raise UserDatabaseMissing(f"no database at {path}")
    with look_at(path) as db:
        yield db


@contextmanager
def look_at(path: Path) -> Iterator[sqlite3.Connection]:
    """The same for any SQLite file of ours, a copy for one."""
    # Not mode=ro: a read-only connection that closes last leaves -wal and -shm behind.
    address = f"file:{quote(str(path))}?mode=rw"
    db = sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_SECONDS)
    try:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA query_only = ON")
        db.execute("BEGIN")
        yield db
    finally:
        db.close()
