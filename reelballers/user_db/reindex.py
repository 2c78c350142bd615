"""Rebuilds the rows of `default` that say what users' files say, after `default` was lost or restored older.

Each app names its part in its AppConfig: `rows_in_default = "app.module.function"`, which inside a user's context
returns the rows that should be there, unsaved. What is there already is left as it is, but for a row's
`certain_fields`: it wins where another file claims the same.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import groupby

from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.utils.module_loading import import_string

from reelballers.user_db.context import user_db
from reelballers.user_db.errors import UserDatabaseUnusable
from reelballers.user_db.paths import user_db_path

Source = Callable[[str], Iterable[Model]]

# One commit of `default` for so many users: a commit costs a sync, and readers wait for none this short.
BATCH = 100


def rows_of(user_id: str) -> list[Model]:
    """Every row that `default` should have about this user. Raises UserDatabaseError."""
    try:
        with user_db(user_id):
            return [row for source in _sources("rows_in_default") for row in source(user_id)]
    except DatabaseError as error:  # it opened, but a page further in is damaged
        raise UserDatabaseUnusable(f"{user_db_path(user_id)}: {error}") from error


def write_missing(rows: list[Model]) -> Counter[str]:
    """Writes the rows that are not there yet or certainly wrong, in one commit; returns how many of each kind."""
    written: Counter[str] = Counter()
    with transaction.atomic(using="default"):
        for _, group in groupby(sorted(rows, key=_table), key=_table):
            kind = list(group)
            written[str(kind[0]._meta.verbose_name_plural)] += _write(type(kind[0]), kind)
    return written


def _write(model: type[Model], rows: list[Model]) -> int:
    known = model._default_manager.using("default").in_bulk([row.pk for row in rows])
    # Two files may name the same thing: the one that is certain of it comes later and wins.
    claims = {row.pk: row for row in sorted(rows, key=lambda row: bool(_certain_fields(row)))}
    missing = [row for row in claims.values() if row.pk not in known]
    times = {row.pk: getattr(row, "created_at", None) for row in missing}
    manager = model._base_manager.using("default")
    manager.bulk_create(missing, ignore_conflicts=True)
    for row in missing:  # Django has just put the present into every auto_now_add
        if times[row.pk] is not None:
            manager.filter(pk=row.pk).update(created_at=times[row.pk])
    return len(missing) + sum(_correct(known[pk], row) for pk, row in claims.items() if pk in known)


def _correct(there: Model, row: Model) -> bool:
    right = {name: getattr(row, name) for name in _certain_fields(row)}
    if all(getattr(there, name) == value for name, value in right.items()):
        return False
    type(row)._base_manager.using("default").filter(pk=row.pk).update(**right)
    return True


def _certain_fields(row: Model) -> tuple[str, ...]:
    return getattr(row, "certain_fields", ())


def _table(row: Model) -> str:
    return row._meta.db_table


def _sources(attribute: str) -> list[Source]:
    named = (getattr(config, attribute, None) for config in apps.get_app_configs())
    return [import_string(name) for name in named if name]
