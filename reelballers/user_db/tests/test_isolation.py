"""One user's rows never show, move or vanish in another's file, however the code around goes wrong."""

import contextvars
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections, router

from reelballers.user_db import (
    NoUserContext,
    context,
    current_user_id,
    user_connection,
    user_db,
    user_transaction,
)
from reelballers.user_db import pool as pools
from wallet.models import Debit, Wallet


def balance() -> int:
    return Wallet.objects.get().balance_cents


def in_thread(work: Callable[[], Any]) -> Any:
    """What `work` returned in a thread of its own, or the exception it ended with."""
    result: list[Any] = []

    def run() -> None:
        try:
            result.append(work())
        except Exception as error:
            result.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return result[0]


def test_without_a_context_every_touch_raises(anna: str) -> None:
    with user_db(anna):
        wallet = Wallet.objects.get()
    for touch in (
        lambda: Wallet.objects.all(),
        lambda: Wallet().save(),
        lambda: wallet.save(),
        lambda: wallet.delete(),
        lambda: wallet.refresh_from_db(),
        lambda: Debit.objects.create(job_id="j", cost_cents=1),
        lambda: current_user_id(),
        lambda: user_connection(),
        lambda: router.db_for_read(Wallet),
        lambda: router.db_for_write(Debit),
    ):
        with pytest.raises(NoUserContext):
            touch()


def test_each_context_sees_its_own_file(anna: str, ben: str) -> None:
    for user_id, cents in ((anna, 100), (ben, 7), (anna, 100)):
        with user_db(user_id):
            assert balance() == cents


def test_nested_contexts_restore_what_was_there(anna: str, ben: str) -> None:
    with user_db(anna):
        with user_db(ben):
            with user_db(anna):
                assert balance() == 100
            assert balance() == 7
        with user_db(anna):
            assert balance() == 100
        assert balance() == 100
    assert pools.pool.open_count == 2


def test_an_exception_restores_what_was_there(anna: str, ben: str) -> None:
    with user_db(anna):
        with pytest.raises(ZeroDivisionError), user_db(ben):
            1 / 0  # noqa: B018
        assert balance() == 100
    with pytest.raises(NoUserContext):
        current_user_id()


def test_another_thread_does_not_inherit_the_context(anna: str) -> None:
    with user_db(anna):
        assert isinstance(in_thread(balance), NoUserContext)
        copied = contextvars.copy_context()
        assert isinstance(in_thread(lambda: copied.run(balance)), NoUserContext)
        assert in_thread(lambda: copied.run(opened_balance, anna)) == 100  # by a connection of its own


def opened_balance(user_id: str) -> int:
    with user_db(user_id):
        return balance()


def test_threads_have_contexts_of_their_own(anna: str, ben: str) -> None:
    barrier = threading.Barrier(2)

    def read(user_id: str) -> list[int]:
        seen = []
        for _ in range(20):
            with user_db(user_id):
                barrier.wait(5)
                seen.append(balance())
        return seen

    results: dict[str, Any] = {}
    threads = [threading.Thread(target=lambda u=u: results.update({u: read(u)})) for u in (anna, ben)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {anna: [100] * 20, ben: [7] * 20}


def suspended(user_id: str) -> Iterator[int]:
    with user_db(user_id):
        yield balance()
        yield balance()


def test_a_suspended_generator_cannot_change_anothers_context(anna: str, ben: str, new_user: Any) -> None:
    carla = new_user()
    with user_db(anna):
        generator = suspended(carla)
        next(generator)
        with user_db(ben):
            generator.close()
            assert balance() == 7
        assert balance() == 100


def test_a_generator_ended_in_another_thread_leaks_no_connection(anna: str, ben: str) -> None:
    generator = suspended(anna)
    next(generator)
    in_thread(generator.close)
    with pytest.raises(NoUserContext):
        current_user_id()
    with pytest.raises(NoUserContext, match="given back"):
        connections[f"u_{anna}"].cursor()
    with user_db(anna):
        assert balance() == 100


def test_a_request_starts_without_what_the_last_one_left(anna: str) -> None:
    left_behind = []

    def careless(environ: dict[str, Any], start_response: Any) -> str:
        try:
            return current_user_id()
        except NoUserContext:
            left_behind.append(suspended(anna))
            next(left_behind[-1])
            return "clean"

    application = context.sealed(careless)
    assert [application({}, None) for _ in range(3)] == ["clean"] * 3
    for generator in left_behind:
        generator.close()


def test_a_transaction_left_open_is_rolled_back_and_its_connection_closed(anna: str) -> None:
    with user_db(anna) as alias:
        connections[alias].connection.execute("BEGIN IMMEDIATE")
        connections[alias].connection.execute("UPDATE wallet SET is_frozen = 1")
    assert pools.pool.open_count == 0
    with user_db(anna):
        assert not Wallet.objects.get().is_frozen


def test_a_connection_with_an_error_behind_it_is_not_lent_again(anna: str) -> None:
    with user_db(anna) as alias:
        first = connections[alias]
        with pytest.raises(Exception, match="no such table"), first.cursor() as cursor:
            cursor.execute("SELECT * FROM nowhere")
    with user_db(anna) as alias:
        assert connections[alias] is not first


def test_housekeeping_of_django_never_sees_user_files(anna: str) -> None:
    with user_db(anna) as alias:
        assert alias not in list(connections)
        assert alias not in list(connections.databases)
        assert [connection.alias for connection in connections.all(initialized_only=True)] == ["default"]


def test_one_transaction_at_a_time(anna: str, ben: str) -> None:
    with user_transaction(anna):
        with pytest.raises(RuntimeError), user_transaction(ben):
            pass
        with pytest.raises(RuntimeError), user_transaction(anna):
            pass


@pytest.mark.django_db(transaction=True)
def test_no_user_transaction_inside_one_on_default(anna: str) -> None:
    from django.db import transaction

    with (
        transaction.atomic(using="default"),
        pytest.raises(RuntimeError, match="default"),
        user_transaction(anna),
    ):
        pass


@pytest.mark.parametrize(
    "alias", ["u_", "u_../../x", "u_" + "A" * 32, "u_" + "0" * 31, "u_" + "0" * 32 + "\n"]
)
def test_only_exact_ids_are_aliases(alias: str) -> None:
    assert alias not in connections.databases
    with pytest.raises(Exception, match="doesn't exist"):
        _ = connections[alias]


@pytest.mark.parametrize("value", ["", "../x", "0" * 31, "0" * 33, "A" * 32, "0" * 31 + "٣", None, 7])
def test_only_exact_ids_open_a_context(value: Any) -> None:
    with pytest.raises(ValueError, match="not a user id"), user_db(value):
        pass
