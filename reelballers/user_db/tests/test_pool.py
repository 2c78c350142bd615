"""The pool keeps its bound, never takes a connection from under its borrower, and never keeps a bad one."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.base.base import RAN_DB_VERSION_CHECK

from reelballers.user_db import (
    PoolExhausted,
    UserDatabaseError,
    UserDatabaseMissing,
    user_connection,
    user_db,
    user_db_path,
    user_transaction,
)
from reelballers.user_db import pool as pools
from reelballers.user_db.backend import base
from reelballers.user_db.errors import UserDatabaseReplaced, UserDatabaseUnusable
from reelballers.user_db.paths import alias_for
from reelballers.user_db.swap import take_away
from wallet.models import Wallet


def open_files(user_id: str) -> int:
    """Descriptors of this process on a user's folder."""
    folder = str(user_db_path(user_id).parent)
    links = []
    for number in os.listdir("/proc/self/fd"):
        try:
            links.append(os.readlink(f"/proc/self/fd/{number}"))
        except OSError:
            continue
    return sum(link.startswith(folder) for link in links)


def visit(user_id: str) -> Any:
    with user_db(user_id):
        Wallet.objects.get()
        return user_connection()


def test_a_connection_comes_back_warm(anna: str) -> None:
    assert visit(anna) is visit(anna)


def test_the_least_recently_used_goes_first(pool_of_two: Any, anna: str, ben: str, new_user: Any) -> None:
    annas, _ = visit(anna), visit(ben)
    visit(anna)
    visit(new_user())
    assert open_files(ben) == 0
    assert visit(anna) is annas


def test_who_comes_again_outstays_who_came_once(pool_of_two: Any, anna: str, new_user: Any) -> None:
    annas = visit(anna)
    visit(anna)
    for user_id in (new_user(), new_user(), new_user()):
        visit(user_id)
    assert visit(anna) is annas


def test_who_came_once_has_time_to_come_again(pool_of_two: Any, settings: Any, new_user: Any) -> None:
    """However many came again: a fifth of the places is not theirs."""
    settings.USER_DB_CONNECTIONS = 10
    newcomers = [new_user(), new_user()]
    for user_id in [new_user() for _ in range(10)]:
        visit(user_id)
        visit(user_id)
    opened = [visit(user_id) for user_id in newcomers]
    assert visit(newcomers[0]) is opened[0]


def test_the_cap_bounds_descriptors(pool_of_two: Any, new_user: Callable[[], str]) -> None:
    users = [new_user() for _ in range(6)]
    for user_id in users * 3:
        visit(user_id)
        assert sum(open_files(each) for each in users) <= 2 * 3
    assert pool_of_two.open_count == 2


def test_one_in_use_is_never_closed(pool_of_two: Any, anna: str, new_user: Callable[[], str]) -> None:
    with user_db(anna):
        mine = user_connection()
        for _ in range(4):
            visit(new_user())
        assert user_connection() is mine
        assert Wallet.objects.get().balance_cents == 100


def test_it_says_so_when_all_are_in_use(pool_of_two: Any, anna: str, ben: str, new_user: Any) -> None:
    with user_db(anna), user_db(ben):
        with pytest.raises(PoolExhausted), user_db(new_user()):
            pass
        assert Wallet.objects.get().balance_cents == 7
    visit(new_user())


def test_a_waiting_thread_gets_the_place_that_comes_free(
    pool_of_two: Any, monkeypatch: pytest.MonkeyPatch, anna: str, ben: str, new_user: Any
) -> None:
    monkeypatch.setattr(pools, "EXHAUSTED_AFTER_SECONDS", 5)
    third = new_user()
    seen: list[int] = []

    def wait_for_it() -> None:
        with user_db(third):
            seen.append(Wallet.objects.get().balance_cents)

    thread = threading.Thread(target=wait_for_it)
    with user_db(anna), user_db(ben):
        thread.start()
        thread.join(0.1)
        assert thread.is_alive()
    thread.join(5)
    assert seen == [0]


def test_a_failed_eviction_costs_nobody_anything(
    pool_of_two: Any, monkeypatch: pytest.MonkeyPatch, anna: str, ben: str, new_user: Any
) -> None:
    broken = visit(anna)
    visit(ben)
    really_discard = broken.discard

    def discard() -> None:
        really_discard()
        raise OSError("disk I/O error")

    monkeypatch.setattr(broken, "discard", discard)
    visit(new_user())
    assert pool_of_two.open_count == 2


def test_a_failed_opening_frees_its_place(pool_of_two: Any, anna: str) -> None:
    pools.pool.close_idle()
    user_db_path(anna).write_bytes(b"not a database, long enough to be looked at" * 100)
    for _ in range(4):
        with pytest.raises(UserDatabaseUnusable, match="not a database"), user_db(anna):
            pass
    assert pool_of_two.open_count == 0


def test_files_are_opened_and_closed_outside_the_lock(
    pool_of_two: Any, monkeypatch: pytest.MonkeyPatch, anna: str, ben: str, new_user: Any
) -> None:
    free: list[bool] = []

    def look(work: Callable[..., Any]) -> Callable[..., Any]:
        def looking(*args: Any) -> Any:
            free.append(not pool_of_two._returned._is_owned())
            return work(*args)

        return looking

    monkeypatch.setattr(pools, "_open", look(pools._open))
    monkeypatch.setattr(pools, "_close", look(pools._close))
    for user_id in (anna, ben, new_user()):
        visit(user_id)
    assert free == [True, True]  # one closed to make room, one opened


def test_a_missing_file_is_an_error_and_stays_missing(anna: str) -> None:
    user_db_path(anna).unlink()
    with pytest.raises(UserDatabaseMissing), user_db(anna):
        pass
    assert not user_db_path(anna).exists()


def test_a_file_that_vanishes_while_it_is_opened_is_not_made_anew(
    anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools.pool.close_idle()
    user_db_path(anna).unlink()
    monkeypatch.setattr(pools, "_identity", lambda path: (1, 1))
    with pytest.raises(UserDatabaseError), user_db(anna):
        pass
    monkeypatch.setattr(os, "access", lambda *args: True)
    monkeypatch.setattr(base, "identity_of", lambda path: (1, 1))
    with pytest.raises(UserDatabaseUnusable, match="unable to open"), user_db(anna):
        pass
    assert not user_db_path(anna).exists()


def test_a_file_erased_while_its_opener_waited_is_missing(anna: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pools.pool.close_idle()

    @contextmanager
    def fence_after_an_erasure(user_id: str) -> Iterator[None]:
        take_away(user_id)
        yield

    monkeypatch.setattr(pools, "shared_fence", fence_after_an_erasure)
    with pytest.raises(UserDatabaseMissing), user_db(anna):
        pass


@pytest.mark.parametrize("content", [b"", b"\x00" * 4096])
def test_an_emptied_file_is_never_a_fresh_wallet(anna: str, content: bytes) -> None:
    pools.pool.close_idle()
    user_db_path(anna).write_bytes(content)
    with pytest.raises(UserDatabaseUnusable), user_db(anna):
        pass
    assert user_db_path(anna).read_bytes() == content


def test_a_replaced_file_is_opened_anew(anna: str, ben: str) -> None:
    visit(anna)
    pools.pool.close_idle(ben)
    _put_in_place(user_db_path(ben), user_db_path(anna))
    with user_db(anna):
        assert Wallet.objects.get().balance_cents == 7


def test_nothing_is_written_to_a_file_that_was_replaced(anna: str, ben: str) -> None:
    pools.pool.close_idle(ben)
    with user_db(anna):
        _put_in_place(user_db_path(ben), user_db_path(anna))
        with pytest.raises(UserDatabaseReplaced), user_transaction(anna):
            pytest.fail("the block must not run")


def test_nothing_is_written_to_a_file_that_was_erased(anna: str) -> None:
    with user_db(anna):
        shutil.rmtree(user_db_path(anna).parent)
        with pytest.raises(UserDatabaseReplaced), user_transaction(anna):
            pytest.fail("the block must not run")


def _put_in_place(source: Path, target: Path) -> None:
    """As a restore does: another inode under the same name, no log of the old one beside it."""
    beside = target.with_name("restored")
    shutil.copyfile(source, beside)
    for name in ("-wal", "-shm"):
        target.with_name(target.name + name).unlink(missing_ok=True)
    os.replace(beside, target)


def test_a_connection_given_back_does_not_come_alive_again(anna: str) -> None:
    connection = visit(anna)
    pools.pool.close_idle()
    with pytest.raises(Exception, match="given back"):
        connection.cursor()


def test_a_read_only_file_says_so(anna: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pools.pool.close_idle()
    monkeypatch.setattr(os, "access", lambda *args: False)  # a test running as root may read everything
    with pytest.raises(UserDatabaseUnusable, match="not readable and writable"), user_db(anna):
        pass


def test_a_fork_leaves_the_parents_connections_alone(anna: str) -> None:
    with user_db(anna):
        child = os.fork()
        if child == 0:  # the child sees an empty pool and closes nothing of its parent's
            try:
                is_fresh = pools.pool.open_count == 0
            finally:
                os._exit(0 if is_fresh else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert Wallet.objects.get().balance_cents == 100


def test_nothing_remembers_every_user_who_came(new_user: Callable[[], str]) -> None:
    for user_id in (new_user(), new_user()):
        visit(user_id)
        assert alias_for(user_id) not in RAN_DB_VERSION_CHECK
