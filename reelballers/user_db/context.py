"""Which user's file the code below works on. Set by `with user_db(user_id)`, and by nothing else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from reelballers.user_db import pool as pools
from reelballers.user_db.errors import NoUserContext
from reelballers.user_db.paths import alias_for

_current: ContextVar[str | None] = ContextVar("user_db", default=None)
_lent = threading.local()


def current_user_id() -> str:
    """Raises NoUserContext outside `with user_db(…)`."""
    user_id = _current.get()
    if user_id is None:
        raise NoUserContext("no user's database is open here; wrap this in `with user_db(user_id):`")
    return user_id


def current_alias() -> str:
    return alias_for(current_user_id())


def user_connection() -> BaseDatabaseWrapper:
    """The open connection of the current user, for the hot path's raw SQL."""
    return connections[current_alias()]


@contextmanager
def user_db(user_id: str) -> Iterator[str]:
    """Opens `user_id`'s file for this block and yields its alias; nested blocks restore what was there.

    Raises UserDatabaseMissing, PoolExhausted.
    """
    alias = alias_for(user_id)
    held: dict[str, BaseDatabaseWrapper] = _lent.__dict__.setdefault("held", {})
    is_outermost = alias not in held
    if is_outermost:
        held[alias] = connections[alias] = pools.pool.take(user_id)
    token = _current.set(user_id)
    try:
        yield alias
    finally:
        _current.reset(token)
        if is_outermost:
            del connections[alias]
            pools.pool.give_back(held.pop(alias))


@contextmanager
def user_transaction(user_id: str) -> Iterator[BaseDatabaseWrapper]:
    """One BEGIN IMMEDIATE … COMMIT on `user_id`'s file, durable: committed when the block ends, or not at all.

    Never inside a transaction on `default`: the two cannot commit together, and no lock is held across two files.
    """
    if is_in_transaction(connections["default"]):
        raise RuntimeError("a user transaction inside a transaction on `default` would hold locks on both")
    with user_db(user_id) as alias, transaction.atomic(using=alias, durable=True):
        yield connections[alias]


def is_in_transaction(connection: BaseDatabaseWrapper) -> bool:
    """Whether code of ours opened a transaction: the one a test case wraps around itself does not count."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)
