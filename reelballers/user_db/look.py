"""A look at a user's file from outside: for audits, copies and sweeps. Changes nothing and migrates nothing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from reelballers.user_db.aliases import BUSY_TIMEOUT_SECONDS
from reelballers.user_db.errors import UserDatabaseMissing
from reelballers.user_db.fence import shared_fence
from reelballers.user_db.paths import user_db_path


@contextmanager
def look(user_id: str) -> Iterator[sqlite3.Connection]:
    """One consistent snapshot of `user_id`'s file, rows by name. Raises UserDatabaseMissing, DatabaseError."""
    path = user_db_path(user_id)
    with shared_fence(user_id):  # until its -wal is open too, nobody may put another file in this one's place
        if not path.exists():
            raise UserDatabaseMissing(f"no database at {path}")
        db = _snapshot(path)
    try:
        yield db
    finally:
        with shared_fence(user_id):  # who closes last deletes the -wal by its name
            db.close()


@contextmanager
def look_at(path: Path) -> Iterator[sqlite3.Connection]:
    """The same for any SQLite file of ours, a copy for one."""
    with closing(_snapshot(path)) as db:
        yield db


def _snapshot(path: Path) -> sqlite3.Connection:
    # Not mode=ro: a read-only connection that closes last leaves -wal and -shm behind.
    address = f"file:{quote(str(path))}?mode=rw"
    db = sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_SECONDS)
    try:
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA query_only = ON")
        db.execute("BEGIN")
        db.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # the snapshot begins with the first read
    except BaseException:
        db.close()
        raise
    return db
