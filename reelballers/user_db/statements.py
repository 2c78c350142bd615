"""A migration's statements, run on an open database."""

import sqlite3


def run(raw: sqlite3.Connection, statements: tuple[str, ...]) -> None:
    """A table remake (new table, copy, drop, rename) drops the table's triggers, the ledger's guards among them, and
    cannot rename past views and triggers elsewhere that name it. So they step aside and come back."""
    aside = _triggers_and_views(raw) if is_remake(statements) else []
    for kind, name, _ in reversed(aside):
        raw.execute(f'DROP {kind} "{name}"')
    for statement in statements:
        raw.execute(statement)
    for _, _, definition in aside:
        raw.execute(definition)


def is_remake(statements: tuple[str, ...]) -> bool:
    return any("new__" in statement for statement in statements)


def _triggers_and_views(raw: sqlite3.Connection) -> list[tuple[str, str, str]]:
    found = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY type DESC, rowid"
    return [tuple(row) for row in raw.execute(found)]
