"""The schema of user files: Django's migrations, run as plain SQL and counted in `user_version`.

`migrate --database=u_x` is never used: it replays every app's history (dj-stripe's alone costs a minute of CPU a
call). Here each migration of a user app is rendered to SQL once per process and run in one transaction per file
together with its `user_version`, so a file is always exactly at one version.
"""

import sqlite3
from functools import cache

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from reelballers.user_db.aliases import connection_settings
from reelballers.user_db.paths import alias_for

# A file's user_version is the number of entries it has. Append only: the position is the version.
USER_MIGRATIONS: tuple[tuple[str, str], ...] = (
    ("wallet", "0001_initial"),
    ("wallet", "0002_append_only"),
    ("exports", "0001_initial"),
)

CURRENT_VERSION = len(USER_MIGRATIONS)


def version_of_raw(raw: sqlite3.Connection) -> int:
    return raw.execute("PRAGMA user_version").fetchone()[0]


def bring_up_to_date(connection: BaseDatabaseWrapper) -> bool:
    """Migrates one open file to CURRENT_VERSION; True if there was something to do.

    A file ahead (a release was rolled back) is left alone: each migration works with the release before it.
    """
    raw = connection.connection
    if version_of_raw(raw) >= CURRENT_VERSION:
        return False
    raw.execute("PRAGMA foreign_keys = OFF")  # a table remake drops and renames; checked before the commit
    try:
        raw.execute("BEGIN IMMEDIATE")
        try:
            run_pending(raw)
            raw.execute("COMMIT")
        except BaseException:
            raw.execute("ROLLBACK")
            raise
    finally:
        raw.execute("PRAGMA foreign_keys = ON")
    return True


def run_pending(raw: sqlite3.Connection) -> None:
    # Read again under the write lock: another process may have been faster.
    version = version_of_raw(raw)
    for key in USER_MIGRATIONS[version:]:
        for statement in sql_of(key):
            raw.execute(statement)
    broken = raw.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise RuntimeError(f"migration leaves a broken reference: {broken}")
    raw.execute(f"PRAGMA user_version = {max(version, CURRENT_VERSION)}")


@cache
def sql_of(key: tuple[str, str]) -> tuple[str, ...]:
    """The statements of one migration. Raises ValueError for one that cannot run as SQL."""
    loader = _loader()
    migration = loader.graph.nodes[key]
    if not all(operation.reduces_to_sql for operation in migration.operations):
        raise ValueError(f"{'.'.join(key)} runs Python: a migration of user files must be expressible as SQL")
    state = loader.project_state(key, at_end=False)
    scratch = _scratch_connection()
    connections[scratch.alias] = scratch
    try:
        with scratch.schema_editor(collect_sql=True, atomic=False) as editor:
            migration.apply(state, editor, collect_sql=True)
    finally:
        del connections[scratch.alias]
        BaseDatabaseWrapper.close(scratch)  # Django's own close() spares databases in memory
    return tuple(s for s in editor.collected_sql if s.strip() and not s.lstrip().startswith("--"))


def _scratch_connection() -> BaseDatabaseWrapper:
    """An empty database in memory under a user's alias, so that the router lets user tables be rendered."""
    return DatabaseWrapper(connection_settings(":memory:"), alias_for("0" * 32))


@cache
def _loader() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


def unlisted_migrations() -> list[str]:
    """Migrations of user apps that exist on disk but not in USER_MIGRATIONS, or the other way round."""
    from reelballers.user_db.router import is_user_app

    on_disk = {key for key in _loader().disk_migrations if is_user_app(key[0])}
    return sorted(".".join(key) for key in on_disk ^ set(USER_MIGRATIONS))
