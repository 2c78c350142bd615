"""Migrates closed files together: two syncs of the file system for all of them, instead of two or three for each.

A sync waits for the disk and makes it write what it could have gathered; over 100 000 small files little else takes
time. What a file does to stay whole keeps its order, for all of them at once: the logs are synced, then moved into
the files, then the files are synced, then the logs go. A power cut leaves each file as it was, or with its whole
migration in a log that is there whole.

That order is ours to keep only while nobody else writes: so each file is opened alone (EXCLUSIVE) until the end, for
a second at most. One that somebody has open goes the ordinary way.
"""

import contextlib
import ctypes
import os
import sqlite3
from concurrent.futures import Executor
from pathlib import Path
from urllib.parse import quote

from reelballers.user_db import schema
from reelballers.user_db.fence import shared_fence
from reelballers.user_db.paths import user_db_name, users_root

_libc = ctypes.CDLL(None, use_errno=True)


class Together:
    """Files whose migration is committed and perhaps not on the disk yet; all of them are ours alone until `finish`."""

    def __init__(self) -> None:
        self._open: list[tuple[sqlite3.Connection, contextlib.ExitStack]] = []

    def migrate(self, user_id: str) -> bool | None:
        """Whether there was something to do; None if the file must go the ordinary way: open elsewhere, not ours yet,
        or in need of a copy before.
        """
        if not hasattr(_libc, "syncfs"):
            return None
        with contextlib.ExitStack() as stack:
            # A swap that waited for this file's lock would keep us from closing it: so it waits here, until then.
            stack.enter_context(shared_fence(user_id))
            db = stack.enter_context(contextlib.closing(_open_alone(user_db_name(user_id))))
            try:
                version = schema.stamp_of(db).version
            except sqlite3.OperationalError:
                return None
            if not version or schema.needs_copy(version):
                return None
            was_behind = _commit_unsynced(db)
            self._open.append((db, stack.pop_all()))
        return was_behind

    def finish(self, threads: Executor) -> None:
        """Raises OSError if the disk cannot take them."""
        if not self._open:
            return
        try:
            sync_all(users_root())
            list(threads.map(_move_log, [db for db, _ in self._open]))
        finally:
            try:
                sync_all(users_root())
            finally:
                list(threads.map(contextlib.ExitStack.close, [stack for _, stack in self._open]))


def _open_alone(path: str) -> sqlite3.Connection:
    address = f"file:{quote(path)}?mode=rw"
    db = sqlite3.connect(address, uri=True, isolation_level=None, timeout=0, check_same_thread=False)
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    db.execute("PRAGMA wal_autocheckpoint = 0")  # a long log moves into its file after its sync, no sooner
    return db


def _commit_unsynced(db: sqlite3.Connection) -> bool:
    db.execute("PRAGMA synchronous = OFF")
    try:
        return schema.bring_up_to_date(db)
    finally:
        db.execute("PRAGMA synchronous = NORMAL")  # closed before its time, it is synced by itself


def _move_log(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA synchronous = OFF")
    with contextlib.suppress(sqlite3.DatabaseError):  # no room: it stays in the log, which is as good
        db.execute("PRAGMA wal_checkpoint").fetchall()
    db.execute("PRAGMA synchronous = NORMAL")


def sync_all(folder: Path) -> None:
    """Everything of the file system that `folder` is on. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if _libc.syncfs(descriptor):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(descriptor)
