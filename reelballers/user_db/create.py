"""Birth of a user's file: atomic, durable, and never over an existing one."""

import contextlib
import hashlib
import os
import secrets
import threading
from pathlib import Path
from urllib.parse import quote

from reelballers.user_db import schema
from reelballers.user_db.paths import user_db_path, users_root

_building = threading.Lock()


def create_user_db(user_id: str) -> bool:
    """Creates the user's file from the template; False if it was there already (then it is left untouched).

    The content is written and synced under another name and then linked to its own, which fails if that exists:
    readers see no file or a whole one, and two creators cannot overwrite each other.
    """
    path = user_db_path(user_id)
    if path.exists():
        return False
    template = template_path().read_bytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    unborn = path.with_name(f".{secrets.token_hex(8)}.new")
    try:
        _write_synced(unborn, template)
        try:
            os.link(unborn, path)
        except FileExistsError:
            return False
    finally:
        with contextlib.suppress(FileNotFoundError):
            unborn.unlink()
    for directory in (path.parent, path.parent.parent, users_root()):
        _sync_directory(directory)
    return True


def template_path() -> Path:
    """An empty database at the current schema, built once per schema; closed, so it has no -wal of its own."""
    path = users_root() / f".template-{_schema_digest()}.sqlite3"
    if not path.exists():
        with _building:
            _build_template(path)
    return path


def _build_template(path: Path) -> None:
    import sqlite3

    path.parent.mkdir(parents=True, exist_ok=True)
    unborn = path.with_name(f".template-{secrets.token_hex(8)}.new")
    connection = sqlite3.connect(f"file:{quote(str(unborn))}?mode=rwc", uri=True, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        schema.run_pending(connection)
        connection.execute("COMMIT")
    finally:
        connection.close()
    os.replace(unborn, path)


def _schema_digest() -> str:
    statements = "\n".join(s for key in schema.USER_MIGRATIONS for s in schema.sql_of(key))
    return hashlib.sha256(statements.encode()).hexdigest()[:16]


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
