"""A process-wide, bounded pool of connections to user files.

A connection is lent to one thread at a time and returns to the pool, warm, when its `user_db()` context ends: a
warm transaction is 3–5 times cheaper than opening the file (one fsync against five). The cap bounds descriptors
(3 a connection) and memory (about 145 KiB) whatever the access pattern; the least recently used idle connection
goes first and one in use never does.
"""

import _thread
import os
import threading
import time
from collections import OrderedDict

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from reelballers.user_db import aliases, schema
from reelballers.user_db.errors import PoolExhausted, UserDatabaseMissing
from reelballers.user_db.paths import alias_for, user_db_path

EXHAUSTED_AFTER_SECONDS = 5.0


class ConnectionPool:
    def __init__(self) -> None:
        self._returned = threading.Condition()
        # Idle connections by identity, least recently used first, and the same by alias.
        self._idle: OrderedDict[int, BaseDatabaseWrapper] = OrderedDict()
        self._idle_of: dict[str, list[BaseDatabaseWrapper]] = {}
        self._inode_of: dict[int, tuple[int, int]] = {}
        self._open_count = 0
        self.peak_open_count = 0

    def take(self, user_id: str) -> BaseDatabaseWrapper:
        """Lends a connection to the calling thread. Raises UserDatabaseMissing, PoolExhausted."""
        alias = alias_for(user_id)
        inode = _inode(user_id)
        while (connection := self._take_idle(alias)) is not None:
            if self._inode_of[id(connection)] == inode:
                connection._thread_ident = _thread.get_ident()
                return connection
            self._close(connection)  # the file was replaced, by a restore for one
        self._reserve()
        try:
            connection = _open(user_id)
        except BaseException:
            self._release()
            raise
        self._inode_of[id(connection)] = inode
        return connection

    def give_back(self, connection: BaseDatabaseWrapper) -> None:
        """Takes a connection back; one with an open transaction or an error behind it is closed instead."""
        if not _is_clean(connection):
            self._close(connection)
            return
        connection.queries_log.clear()
        with self._returned:
            self._idle[id(connection)] = connection
            self._idle_of.setdefault(connection.alias, []).append(connection)
            surplus = self._pop_oldest() if self._open_count > _cap() else None
            self._returned.notify()
        if surplus is not None:
            self._close(surplus)

    def close_idle(self, user_id: str | None = None) -> None:
        """Closes every idle connection, or every one of a user's."""
        while True:
            with self._returned:
                oldest = self._pop_oldest(alias_for(user_id) if user_id else None)
            if oldest is None:
                return
            self._close(oldest)

    def _take_idle(self, alias: str) -> BaseDatabaseWrapper | None:
        with self._returned:
            return self._pop(alias)

    def _pop(self, alias: str) -> BaseDatabaseWrapper | None:
        waiting = self._idle_of.get(alias)
        if not waiting:
            return None
        connection = waiting.pop()
        if not waiting:
            del self._idle_of[alias]
        del self._idle[id(connection)]
        return connection

    def _pop_oldest(self, alias: str | None = None) -> BaseDatabaseWrapper | None:
        if alias is None:
            oldest = next(iter(self._idle.values()), None)
            if oldest is None:
                return None
            waiting = self._idle_of[oldest.alias]
            waiting.remove(oldest)
            if not waiting:
                del self._idle_of[oldest.alias]
            del self._idle[id(oldest)]
            return oldest
        return self._pop(alias)

    def _reserve(self) -> None:
        """Counts one more open connection, evicting an idle one or waiting for one to come back."""
        deadline = time.monotonic() + EXHAUSTED_AFTER_SECONDS
        with self._returned:
            while self._open_count >= _cap():
                oldest = self._pop_oldest()
                if oldest is not None:
                    self._forget(oldest)
                    self._open_count -= 1
                    oldest._thread_ident = _thread.get_ident()
                    oldest.close()
                elif not self._returned.wait(deadline - time.monotonic()):
                    raise PoolExhausted(f"all {_cap()} user database connections are in use")
            self._open_count += 1
            self.peak_open_count = max(self.peak_open_count, self._open_count)

    def _release(self) -> None:
        with self._returned:
            self._open_count -= 1
            self._returned.notify()

    def _forget(self, connection: BaseDatabaseWrapper) -> None:
        self._inode_of.pop(id(connection), None)

    def _close(self, connection: BaseDatabaseWrapper) -> None:
        connection._thread_ident = _thread.get_ident()
        self._forget(connection)
        try:
            connection.in_atomic_block = False
            connection.close()
        finally:
            self._release()


def _cap() -> int:
    return int(settings.USER_DB_CONNECTIONS)


def _inode(user_id: str) -> tuple[int, int]:
    path = user_db_path(user_id)
    try:
        found = path.stat()
    except FileNotFoundError:
        raise UserDatabaseMissing(f"no database at {path}") from None
    return found.st_dev, found.st_ino


def _open(user_id: str) -> BaseDatabaseWrapper:
    """Opens a user's file and brings it to the current schema."""
    alias = alias_for(user_id)
    aliases.opening.alias = alias
    try:
        connection = connections.create_connection(alias)
    finally:
        aliases.opening.alias = None
    try:
        connection.ensure_connection()
        schema.bring_up_to_date(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_clean(connection: BaseDatabaseWrapper) -> bool:
    raw = connection.connection
    return (
        raw is not None
        and not connection.in_atomic_block
        and not connection.needs_rollback
        and not connection.errors_occurred
        and not raw.in_transaction
    )


pool = ConnectionPool()


def _start_afresh_after_fork() -> None:
    # A SQLite connection must not cross a fork. The parent's stay referenced, never closed: closing would drop
    # the parent's POSIX locks.
    global pool, _of_parent
    _of_parent = pool
    pool = ConnectionPool()


_of_parent: ConnectionPool | None = None
os.register_at_fork(after_in_child=_start_afresh_after_fork)
