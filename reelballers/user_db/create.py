"""Birth of a user's file: atomic, durable, and never over an existing one."""

import contextlib
import hashlib
import inspect
import os
import secrets
import sqlite3
import threading
from functools import cache
from pathlib import Path
from urllib.parse import quote

import django

from reelballers.user_db import schema
from reelballers.user_db.copies import sync_directory
from reelballers.user_db.paths import mounted_users_root, user_db_path, users_root
from reelballers.user_db.render import Key, loader

# Each table and index takes a page at least and most wallets little more: an empty file has 61 KB, with 4096 115 KB.
# With 1024 it would have 36 KB, but a long ledger would take up to twice as long to read and write.
PAGE_BYTES = 2048

_building = threading.Lock()


def create_user_db(user_id: str) -> bool:
    """Creates the user's file from the template; False if it was there already (then it is left untouched).

    The content is written and synced under another name and then linked to its own, which fails if that exists:
    readers see no file or a whole one, and two creators cannot overwrite each other. Raises UserDatabaseUnusable
    when the folder of all files is not there.
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
        sync_directory(directory)
    return True


def template_path() -> Path:
    """An empty database at the current schema, built once per schema; closed, so it has no -wal of its own."""
    path = mounted_users_root() / f".template-{_schema_digest(schema.USER_MIGRATIONS)}.sqlite3"
    if not path.exists():
        with _building:
            _build_template(path)
    return path


def _build_template(path: Path) -> None:
    unborn = path.with_name(f".template-{secrets.token_hex(8)}.new")
    connection = sqlite3.connect(f"file:{quote(str(unborn))}?mode=rwc", uri=True, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        schema.run_pending(connection)
        connection.execute("COMMIT")
    finally:
        connection.close()  # moves the -wal into the file, synced
    os.replace(unborn, path)


@cache
def _schema_digest(keys: tuple[Key, ...]) -> str:
    """Over the migrations' source, not their SQL: rendering that costs a new process a quarter of a second."""
    sources = [inspect.getsource(inspect.getmodule(type(loader().graph.nodes[key]))) for key in keys]  # type: ignore[arg-type]
    text = "\n".join([django.get_version(), str(PAGE_BYTES), inspect.getsource(schema), *sources])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
