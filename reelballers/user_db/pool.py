"""A process-wide, bounded pool of connections to user files.

A connection is lent to one thread at a time and returns to the pool, warm, when its `user_db()` context ends: a
warm transaction is 3–5 times cheaper than opening the file (one fsync against five). The cap bounds descriptors
(3 a connection) and memory (about 145 KiB) whatever the access pattern; an idle connection makes room (idle.py says
which) and one in use never does. Files are opened and closed outside the pool's lock: it is held for microseconds.
"""

import logging
import os
import sqlite3
import threading
import time

from django.conf import settings
from django.db import DatabaseError, connections

from reelballers.user_db import aliases, schema
from reelballers.user_db.backend.base import DatabaseWrapper, identity_of
from reelballers.user_db.errors import PoolExhausted, UserDatabaseMissing, UserDatabaseUnusable
from reelballers.user_db.fence import shared_fence
from reelballers.user_db.idle import IdleConnections
from reelballers.user_db.paths import alias_for, user_db_name, user_id_of

logger = logging.getLogger(__name__)

EXHAUSTED_AFTER_SECONDS = 5.0


class ConnectionPool:
    def __init__(self) -> None:
        self._returned = threading.Condition()
        self._idle = IdleConnections()
        self.open_count = 0  # lent, idle, and being opened or closed
        self.peak_open_count = 0

    def take(self, user_id: str) -> DatabaseWrapper:
        """Lends a connection to the calling thread. Raises UserDatabaseMissing, UserDatabaseUnusable, PoolExhausted."""
        path = user_db_name(user_id)
        identity = _identity(path)
        idle = self._claim(alias_for(user_id))
        if idle is not None:
            if idle.path == path and idle.identity == identity:
                idle.lend_to_this_thread()
                idle.was_lent_again = True
                return idle
            _close(idle)  # another user's, to make room; or this one's, whose file was replaced
        try:
            return _open(user_id)
        except BaseException:
            self._free_place()
            raise

    def give_back(self, connection: DatabaseWrapper) -> None:
        """Takes a connection back; one with an open transaction or an error behind it is closed instead."""
        if not connection.take_back():
            self.discard(connection)
            return
        with self._returned:
            self._idle.put(connection, cap=_cap())
            self._returned.notify()

    def discard(self, connection: DatabaseWrapper) -> None:
        try:
            _close(connection)
        finally:
            self._free_place()

    def close_idle(self, user_id: str | None = None) -> None:
        """Closes every idle connection, or every one of a user's."""
        while True:
            with self._returned:
                idle = self._idle.pop(alias_for(user_id)) if user_id else self._idle.pop_oldest()
            if idle is None:
                return
            self.discard(idle)

    def _claim(self, alias: str) -> DatabaseWrapper | None:
        """A place for one connection: this user's idle one, another idle one to close, or None: a free place."""
        deadline = time.monotonic() + EXHAUSTED_AFTER_SECONDS
        with self._returned:
            while (own := self._idle.pop(alias)) is None:
                if self.open_count < _cap():
                    self.open_count += 1
                    self.peak_open_count = max(self.peak_open_count, self.open_count)
                    return None
                if (oldest := self._idle.pop_oldest()) is not None:
                    return oldest
                if not self._returned.wait(deadline - time.monotonic()):
                    raise PoolExhausted(f"all {_cap()} user database connections are in use")
            return own

    def _free_place(self) -> None:
        with self._returned:
            self.open_count -= 1
            self._returned.notify()


def _cap() -> int:
    return int(settings.USER_DB_CONNECTIONS)


def _identity(path: str) -> tuple[int, int]:
    try:
        return identity_of(path)
    except FileNotFoundError:
        raise UserDatabaseMissing(f"no database at {path}") from None
    except OSError as error:
        raise UserDatabaseUnusable(f"{path}: {error.strerror}") from error


def _open(user_id: str) -> DatabaseWrapper:
    """Opens a user's file and brings it to the current schema."""
    alias = alias_for(user_id)
    aliases.opening.alias = alias
    try:
        connection = connections.create_connection(alias)
    finally:
        aliases.opening.alias = None
    assert isinstance(connection, DatabaseWrapper)
    try:
        # Until its -wal is open too, nobody may put another file in this one's place.
        with shared_fence(user_id):
            _assert_usable(connection.path)
            connection.ensure_connection()
            schema.bring_up_to_date(connection.connection)
    except (sqlite3.DatabaseError, DatabaseError) as error:
        _close(connection)
        raise UserDatabaseUnusable(f"{connection.path}: {error}") from error
    except BaseException:
        _close(connection)
        raise
    return connection


def _assert_usable(path: str) -> None:
    _identity(path)  # again: whoever held the fence may have erased it
    if not os.access(path, os.R_OK | os.W_OK):
        raise UserDatabaseUnusable(f"{path} is not readable and writable for user {os.getuid()}")


def _close(connection: DatabaseWrapper) -> None:
    """Never fails: a connection that cannot be closed well must not spoil the request that needed its place."""
    try:
        with shared_fence(user_id_of(connection.alias)):
            connection.discard()
    except Exception:
        logger.exception("closing %s", connection.alias)


pool = ConnectionPool()


def _start_afresh_after_fork() -> None:
    # A SQLite connection must not cross a fork. The parent's stay referenced, never closed: closing would drop
    # the parent's POSIX locks.
    global pool
    _of_parents.append(pool)
    pool = ConnectionPool()


_of_parents: list[ConnectionPool] = []
os.register_at_fork(after_in_child=_start_afresh_after_fork)
