"""Two users with money of their own, a pool of two, and migrations that do not exist yet."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import migrations

from reelballers.user_db import pool as pools
from reelballers.user_db import render, schema, user_transaction
from wallet import ledger


@pytest.fixture(autouse=True)
def _no_connection_leaks(db: None) -> Iterator[None]:
    """Every connection taken in a test is back at its end."""
    yield
    pools.pool.close_idle()
    assert pools.pool.open_count == 0


@pytest.fixture
def anna(new_user: Callable[[], str]) -> str:
    """A user with 100 credits."""
    return _with_credits(new_user(), 100)


@pytest.fixture
def ben(new_user: Callable[[], str]) -> str:
    """A user with 7 credits."""
    return _with_credits(new_user(), 7)


def _with_credits(user_id: str, amount_cents: int) -> str:
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=amount_cents, form_id="f", actor="op", note="")
    return user_id


@pytest.fixture
def pool_of_two(settings: Any, monkeypatch: pytest.MonkeyPatch) -> pools.ConnectionPool:
    pools.pool.close_idle()
    settings.USER_DB_CONNECTIONS = 2
    monkeypatch.setattr(pools, "EXHAUSTED_AFTER_SECONDS", 0.05)
    return pools.pool


@pytest.fixture
def migration(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`migration("0003_x", [operations])`: the next release has one more migration of the wallet."""

    def add(name: str, operations: list[Any], *, breaking: bool = False) -> None:
        key = ("wallet", name)
        before = [known for known in schema.USER_MIGRATIONS if known[0] == "wallet"][-1]
        node = type(
            "Migration", (migrations.Migration,), {"operations": operations, "dependencies": [before]}
        )
        graph = render.loader().graph
        graph.add_node(key, node(name, "wallet"))
        graph.add_dependency(graph.nodes[key], key, before)
        monkeypatch.setattr(schema, "USER_MIGRATIONS", (*schema.USER_MIGRATIONS, key))
        if breaking:
            monkeypatch.setattr(schema, "BREAKING", schema.BREAKING | {key})

    yield add  # type: ignore[misc]
    render.loader.cache_clear()
    render.sql_of.cache_clear()
