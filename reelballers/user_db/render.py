"""Django migrations as SQL text. Nothing here touches a user's file."""

from collections.abc import Iterable
from functools import cache

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from reelballers.user_db.aliases import connection_settings
from reelballers.user_db.paths import alias_for
from reelballers.user_db.statements import is_remake, run

Key = tuple[str, str]

_LOSSY = (operations.RemoveField, operations.DeleteModel, operations.AlterField)
_LOSSY_WORDS = ("DROP TABLE", "DROP COLUMN", "DELETE FROM", "UPDATE ")


@cache
def sql_of(key: Key, order: tuple[Key, ...]) -> tuple[str, ...]:
    """The statements of one migration, after those before it. Raises ValueError for one that cannot run as SQL."""
    migration = loader().graph.nodes[key]
    if runs_python(migration.operations):
        raise ValueError(f"{'.'.join(key)} runs Python: a migration of user files must be expressible as SQL")
    state = loader().project_state(key, at_end=False)
    # Those before it first: rendering them would put another scratch database under the same alias.
    before = [sql_of(earlier, order) for earlier in order[: order.index(key)]]
    scratch = _scratch_connection()
    connections[scratch.alias] = scratch
    try:
        scratch.ensure_connection()
        for earlier_statements in before:
            run(scratch.connection, earlier_statements)
        with scratch.schema_editor(collect_sql=True, atomic=False) as editor:
            migration.apply(state, editor, collect_sql=True)
    finally:
        del connections[scratch.alias]
        BaseDatabaseWrapper.close(scratch)  # Django's own close() spares databases in memory
    statements = tuple(s for s in editor.collected_sql if s.strip() and not s.lstrip().startswith("--"))
    if is_remake(statements) and any(" TRIGGER " in s.upper() for s in statements):
        raise ValueError(f"{'.'.join(key)} remakes a table and changes triggers: make two migrations of it")
    return statements


def runs_python(steps: Iterable[Operation]) -> bool:
    return any(
        not step.reduces_to_sql or runs_python(getattr(step, "database_operations", None) or ())
        for step in steps
    )


def is_destructive(key: Key) -> bool:
    """Whether a migration may lose something that only a copy of the file could bring back."""
    return any(_is_lossy(step) for step in loader().graph.nodes[key].operations)


def _is_lossy(step: Operation) -> bool:
    if isinstance(step, operations.RunSQL):
        return any(word in str(step.sql).upper() for word in _LOSSY_WORDS)
    return isinstance(step, _LOSSY) or any(map(_is_lossy, getattr(step, "database_operations", None) or ()))


@cache
def loader() -> MigrationLoader:
    return MigrationLoader(None, ignore_no_migrations=True)


def _scratch_connection() -> DatabaseWrapper:
    """A database in memory under a user's alias, so that the router lets user tables be rendered."""
    return DatabaseWrapper(connection_settings(":memory:"), alias_for("0" * 32))
