"""Django's SQLite connection, plus what lending one to thread after thread needs."""

import _thread
import contextlib
import os
import sqlite3
from typing import Any
from weakref import WeakSet

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3._functions import register as register_functions
from django.utils.asyncio import async_unsafe

from reelballers.user_db.errors import NoUserContext, UserDatabaseReplaced

Identity = tuple[int, int]

# As Django's own.
_AT_OPENING = ["PRAGMA foreign_keys = ON", "PRAGMA legacy_alter_table = OFF"]


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to one user's file. The pool opens it, once: closed, it never comes back to life by itself."""

    def __init__(self, settings_dict: dict[str, Any], alias: str) -> None:
        super().__init__(settings_dict, alias)
        self.path = settings_dict["PATH"]
        self.identity: Identity | None = None  # of the file when it was opened
        self.was_lent_again = False
        self._knows_functions = False
        self._cursors: WeakSet[Any] = WeakSet()

    @async_unsafe
    def connect(self) -> None:
        if self.identity is not None:
            raise NoUserContext(f"the connection to {self.path} was given back")
        self.identity = identity_of(self.path)
        super().connect()

    def init_connection_state(self) -> None:
        """Django asks SQLite's version once an alias and remembers every alias it ever met; `default` has asked."""

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Without Django's 60 functions of its own in SQL: making them known is most of what opening a file costs, and
        plain SQL, our tables and their triggers name none. Its cursors do, and bring them."""
        raw = base.Database.connect(**conn_params)  # type: ignore[attr-defined]
        for statement in _AT_OPENING + [each.strip() for each in self.init_commands]:  # type: ignore[attr-defined]
            raw.execute(statement)
        return raw

    @async_unsafe
    def create_cursor(self, name: str | None = None) -> Any:
        if not self._knows_functions:
            register_functions(self.connection)
            self._knows_functions = True
        cursor = super().create_cursor(name)
        self._cursors.add(cursor)
        return cursor

    def lend_to_this_thread(self) -> None:
        self._thread_ident = _thread.get_ident()

    def assert_file_is_current(self) -> None:
        """Raises UserDatabaseReplaced if another file, or none, has taken this one's place."""
        try:
            found = identity_of(self.path)
        except OSError:
            found = None
        if found != self.identity:
            raise UserDatabaseReplaced(f"{self.path} was replaced or erased; nothing was written")

    def take_back(self) -> bool:
        """Ends what its borrower left open; whether it is fit for the next one."""
        if not self._is_unharmed():
            return False
        # A half-read cursor would hold its snapshot, and the next BEGIN IMMEDIATE would find it stale.
        for cursor in list(self._cursors):
            cursor.close()
        self.queries_log.clear()
        return True

    def discard(self) -> None:
        """Closes for good, whatever state it is in; an open transaction is rolled back."""
        self.lend_to_this_thread()
        self.in_atomic_block = False
        if self.connection is not None and self.connection.total_changes:
            # Closing would move the log into the file too, but pysqlite3 closes with the interpreter locked: every
            # thread would wait for the disk.
            with contextlib.suppress(sqlite3.DatabaseError):
                self.connection.execute("PRAGMA wal_checkpoint")
        self.close()

    def _is_unharmed(self) -> bool:
        return (
            self.connection is not None
            and self.autocommit
            and not self.in_atomic_block
            and not self.needs_rollback
            and not self.errors_occurred
            and not self.connection.in_transaction
        )


def identity_of(path: str) -> Identity:
    """Which file a name stands for right now. Raises FileNotFoundError."""
    found = os.stat(path)
    return found.st_dev, found.st_ino
