"""Plain SQL on the open user's file, for the hot calls: SQLite's own `?` and rows, Django's errors.

Within `with user_db(…)` or `with user_transaction(…)`, like the ORM; what it runs is read to its end at once.
"""

from typing import Any

from reelballers.user_db.context import user_connection


def row(sql: str, *parameters: Any) -> tuple[Any, ...] | None:
    connection = user_connection()
    with connection.wrap_database_errors:
        return connection.connection.execute(sql, parameters).fetchone()


def rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    connection = user_connection()
    with connection.wrap_database_errors:
        return connection.connection.execute(sql, parameters).fetchall()


def run(sql: str, *parameters: Any) -> int:
    """How many rows it changed."""
    connection = user_connection()
    with connection.wrap_database_errors:
        return connection.connection.execute(sql, parameters).rowcount
