"""Which user's file the code below works on. Set by `with user_db(user_id)`, and by nothing else."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from reelballers.user_db import backup
from reelballers.user_db import pool as pools
from reelballers.user_db.aliases import connection_settings
from reelballers.user_db.backend.base import DatabaseWrapper
from reelballers.user_db.errors import NoUserContext
from reelballers.user_db.paths import alias_for


@dataclass(eq=False, slots=True)
class _Loan:
    """A connection lent by the pool, shared by the nested contexts of one user in one thread."""

    connection: DatabaseWrapper
    pool: pools.ConnectionPool = field(default_factory=lambda: pools.pool)
    thread_id: int = field(default_factory=threading.get_ident)
    uses: int = 0


@dataclass(eq=False, slots=True)
class _Opened:
    """One `with user_db(…)`, from enter to exit."""

    user_id: str
    loan: _Loan
    is_over: bool = False


# The blocks that are open here, innermost last. Not tokens: a suspended generator may leave its block out of turn,
# in another thread even, and must neither end nor revive anyone else's.
_blocks: ContextVar[tuple[_Opened, ...]] = ContextVar("user_db", default=())


def current_user_id() -> str:
    """Raises NoUserContext outside `with user_db(…)`."""
    return _innermost().user_id


def current_alias() -> str:
    return alias_for(current_user_id())


def user_connection() -> BaseDatabaseWrapper:
    """The open connection of the current user, for the hot path's raw SQL."""
    return _innermost().loan.connection


class user_db:
    """Opens `user_id`'s file for this block and yields its alias; nested blocks restore what was there.

    Raises UserDatabaseMissing, UserDatabaseUnusable, PoolExhausted. A class: as a generator it was a tenth of a read.
    """

    __slots__ = ("_block", "_user_id")

    def __init__(self, user_id: str) -> None:
        self._user_id = user_id

    def __enter__(self) -> str:
        alias = alias_for(self._user_id)
        outer = _open_blocks()
        loan = (
            next((block.loan for block in outer if block.user_id == self._user_id), None) if outer else None
        )
        if loan is None:
            loan = _Loan(pools.pool.take(self._user_id))
            connections[alias] = loan.connection
        loan.uses += 1
        self._block = _Opened(self._user_id, loan)
        _blocks.set((*outer, self._block))
        return alias

    def __exit__(self, *error: object) -> None:
        loan = self._block.loan
        self._block.is_over = True
        _blocks.set(_open_blocks())
        loan.uses -= 1
        if not loan.uses:
            _give_back(loan, alias_for(self._user_id))


@contextmanager
def user_transaction(user_id: str) -> Iterator[BaseDatabaseWrapper]:
    """One BEGIN IMMEDIATE … COMMIT on `user_id`'s file, durable: committed when the block ends, or not at all.

    Never inside another transaction: two files cannot commit together, and no lock is held across both. Raises
    UserDatabaseReplaced when the file was restored or erased meanwhile; nothing was done then.
    """
    if is_in_transaction(connections["default"]):
        raise RuntimeError("a user transaction inside a transaction on `default` would hold locks on both")
    if any(is_in_transaction(block.loan.connection) for block in _open_blocks()):
        raise RuntimeError("a user transaction inside another one would hold locks on both")
    with user_db(user_id) as alias, transaction.atomic(using=alias, durable=True):
        connection = _innermost().loan.connection
        connection.assert_file_is_current()
        yield connection
    backup.note_write(user_id)


@contextmanager
def copy_transaction(user_id: str, copy: Path) -> Iterator[None]:
    """One transaction on a copy of a user's file that nobody uses yet; what works on the file works on it."""
    assert all(block.user_id != user_id for block in _open_blocks()), "the file itself is open here"
    alias = alias_for(user_id)
    settings = {**connection_settings(f"file:{quote(str(copy))}?mode=rw"), "PATH": str(copy)}
    connection = DatabaseWrapper({**settings, "ENGINE": "reelballers.user_db.backend"}, alias)
    block = _Opened(user_id, _Loan(connection, uses=1))
    connections[alias] = connection
    _blocks.set((*_open_blocks(), block))
    try:
        with transaction.atomic(using=alias, durable=True):
            yield
    finally:
        block.is_over = True
        _blocks.set(_open_blocks())
        del connections[alias]
        connection.discard()  # the last one to close moves the log into the file


def is_in_transaction(connection: BaseDatabaseWrapper) -> bool:
    """Whether code of ours opened a transaction: the one a test case wraps around itself does not count."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def sealed(application: Callable[..., Any]) -> Callable[..., Any]:
    """A WSGI application whose every request starts without a user's context, whatever the last one left behind."""

    def sealed_application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        return Context().run(application, environ, start_response)

    return sealed_application


def _innermost() -> _Opened:
    blocks = _open_blocks()
    if not blocks:
        raise NoUserContext("no user's database is open here; wrap this in `with user_db(user_id):`")
    return blocks[-1]


def _open_blocks() -> tuple[_Opened, ...]:
    """What is open here and now; a block that another thread opened is nobody else's."""
    blocks = _blocks.get()
    if not blocks:
        return blocks
    here = threading.get_ident()
    return tuple([block for block in blocks if not block.is_over and block.loan.thread_id == here])


def _give_back(loan: _Loan, alias: str) -> None:
    if loan.pool is not pools.pool:
        return  # opened before a fork: it is the parent's, not even to be closed here
    if loan.thread_id != threading.get_ident():
        # A generator ended elsewhere. Its thread still knows the connection: closed, it cannot be used by mistake.
        loan.pool.discard(loan.connection)
        return
    # Unless a later block, in a context of its own, has put another connection there.
    if getattr(connections._connections, alias, None) is loan.connection:  # type: ignore[attr-defined]
        del connections[alias]
    loan.pool.give_back(loan.connection)
