"""What a failing disk, or a lock that stays, does to a database."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reelballers.user_db import look_at


def damage_page(path: Path, table: str) -> None:
    """The file still opens; only who reads this table notices."""
    with look_at(path) as db:
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [table]).fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"x" * size
    path.write_bytes(content)


@contextmanager
def write_lock(path: str | Path) -> Iterator[None]:
    """Another process that writes and does not come to an end."""
    holder = sqlite3.connect(str(path), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()
