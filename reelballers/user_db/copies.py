"""Whole copies of a user's file, taken while it is in use."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from reelballers.user_db.aliases import BUSY_TIMEOUT_SECONDS
from reelballers.user_db.errors import UserDatabaseUnusable


def keep(raw: sqlite3.Connection, name: str) -> Path:
    """Leaves a copy of what is committed in an open file beside it; one of the same name gives way."""
    path = Path(raw.execute("PRAGMA database_list").fetchone()[2])
    copy = path.with_name(f"{name}.sqlite3")
    copy_of(path, copy)
    return copy


def copy_of(path: Path, target: Path) -> None:
    """Writes one clean file (no -wal beside it), synced and complete or not at all. Raises UserDatabaseUnusable."""
    unborn = target.with_name(f".{target.name}.new")
    unborn.unlink(missing_ok=True)
    address = f"file:{quote(str(path))}?mode=rw"
    try:
        connected = sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_SECONDS)
        with closing(connected) as source:
            source.execute("VACUUM INTO ?", (str(unborn),))
    except sqlite3.DatabaseError as error:
        raise UserDatabaseUnusable(f"{path}: {error}") from error
    sync_file(unborn)
    os.replace(unborn, target)
    sync_directory(target.parent)


def sync_file(path: Path) -> None:
    """For a file that no SQLite connection of this process has open: closing a descriptor drops its locks."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


sync_directory = sync_file
