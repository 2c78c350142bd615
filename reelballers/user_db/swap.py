"""Puts a whole file in the place of a user's file, or takes it away, while the product runs.

Who has the old file open goes on reading it and cannot write: every transaction looks at the name again once it
holds the lock (see backend/base.py), and the pool at every loan.
"""

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from reelballers.user_db import backup
from reelballers.user_db import pool as pools
from reelballers.user_db.copies import sync_directory
from reelballers.user_db.errors import UserDatabaseUnusable
from reelballers.user_db.fence import exclusive_fence
from reelballers.user_db.paths import user_db_path, user_directory

LOCK_SECONDS = 30
_LOGS = ("-wal", "-shm")


def put_in_place(user_id: str, ready: Path) -> Path | None:
    """Renames `ready`, a closed database in the user's folder, to the user's file.

    Returns where the file it replaced is now, with its log if it had one; None if there was none.
    """
    path = user_db_path(user_id)
    assert ready.parent == path.parent, "a rename must not leave the folder"
    with _nobody_writes(user_id):
        replaced = _set_aside(path)
        os.rename(ready, path)
        sync_directory(path.parent)
    pools.pool.close_idle(user_id)
    backup.note_write(user_id)
    return replaced


def take_away(user_id: str) -> None:
    """Removes the user's folder with everything in it; repeated, it does nothing."""
    folder = user_directory(user_id)
    if folder.exists():
        grave = folder.with_name(f".{secrets.token_hex(8)}.erased")
        with _nobody_writes(user_id):
            os.rename(folder, grave)
            sync_directory(folder.parent)
    for grave in folder.parent.glob(".*.erased"):  # an earlier call may have been cut short
        while grave.exists():
            with suppress(FileNotFoundError):  # another call removes it too
                shutil.rmtree(grave)
    pools.pool.close_idle(user_id)


@contextmanager
def _nobody_writes(user_id: str) -> Iterator[None]:
    """Nobody opens or closes the file, and whoever has it open waits for its write lock."""
    path = user_db_path(user_id)
    backup.give_up(user_id)  # may take long: it syncs
    with exclusive_fence(user_id):
        backup.give_up(user_id)  # the keeper may have heard of a write meanwhile; from here on it waits
        if not path.exists():
            yield
            return
        address = f"file:{quote(str(path))}?mode=rw"
        raw = sqlite3.connect(address, uri=True, isolation_level=None, timeout=LOCK_SECONDS)
        try:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.DatabaseError as error:
                if "locked" in str(error):
                    raise UserDatabaseUnusable(f"{path}: {error}; run it again") from error
                # Damaged beyond opening: that is why it is being replaced.
            yield
        finally:
            raw.close()


def _set_aside(path: Path) -> Path | None:
    """Frees the name. The log keeps its database's name: together they are still a whole file."""
    aside = path.with_name(f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.sqlite3")
    existed = path.exists()
    if existed:
        os.rename(path, aside)
    for suffix in _LOGS:
        log = path.with_name(path.name + suffix)
        if log.exists():
            os.rename(log, aside.with_name(aside.name + suffix))
    return aside if existed else None
