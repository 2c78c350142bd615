"""What a failing disk leaves of a user's file."""

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
