"""Files that Reel Ballers made before this schema: taken over in place, inside the migration's transaction.

The earlier tables step aside as `earlier_<name>` and stay for ever; the migrations make ours; then each app fills
its tables from them (`AppConfig.adopt_earlier_file`). Tables of other features are not touched.
"""

import sqlite3

from django.apps import apps
from django.utils.module_loading import import_string

from reelballers.user_db.errors import UserDatabaseUnusable

PREFIX = "earlier_"


def tables_to_adopt() -> set[str]:
    """The earlier tables that our apps continue under the same name, row ids included."""
    return {name for config in _adopters() for name in config.earlier_tables}


def is_earlier_file(raw: sqlite3.Connection) -> bool:
    return tables_to_adopt() <= _names(raw, "table")


def check(raw: sqlite3.Connection) -> None:
    """Raises UserDatabaseUnusable for a file that is neither ours nor an earlier one: never a fresh wallet."""
    if not is_earlier_file(raw):
        raise UserDatabaseUnusable("the file is empty or no wallet: restore it from the backup")


def step_aside(raw: sqlite3.Connection, *, ours: set[str]) -> None:
    """Frees the names that our migrations are about to use."""
    continued = tables_to_adopt()
    # The continued ones last: a rename of another kind fails while views look for a name that is gone.
    for name in sorted(_names(raw, "table") & ours, key=continued.__contains__):
        _drop_attachments(raw, name)
        # What refers to a continued table means its successor, which keeps the row ids; what refers to another
        # feature's table of the same name as ours goes on meaning that one.
        raw.execute(f"PRAGMA legacy_alter_table = {'ON' if name in continued else 'OFF'}")
        raw.execute(f'ALTER TABLE "{name}" RENAME TO "{PREFIX}{name}"')
    raw.execute("PRAGMA legacy_alter_table = OFF")


def fill(raw: sqlite3.Connection) -> None:
    for config in _adopters():
        import_string(config.adopt_earlier_file)(raw)


def _drop_attachments(raw: sqlite3.Connection, table: str) -> None:
    """Its indexes hold names that ours may need, its triggers would fire at the wrong table."""
    attached = raw.execute(
        "SELECT type, name FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    for kind, name in attached:
        raw.execute(f'DROP {kind} "{name}"')


def _adopters() -> list:
    return [config for config in apps.get_app_configs() if hasattr(config, "adopt_earlier_file")]


def _names(raw: sqlite3.Connection, kind: str) -> set[str]:
    return {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = ?", (kind,))}
