"""Rebuilds the rows of `default` that say what users' files say, after `default` was lost or restored older.

Each app names its part in its AppConfig: `claims_on_default = "app.module.function"`, which inside a user's context
yields a `Claim` for each row that should be there.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.models import Model
from django.utils.module_loading import import_string

from reelballers.user_db.context import user_db
from reelballers.user_db.errors import UserDatabaseUnusable
from reelballers.user_db.paths import user_db_path


@dataclass(frozen=True)
class Claim:
    """A row, unsaved, that should be in `default`.

    A row that is there already is left as it is, but for the fields the file is certain of: in those it wins, also
    where another file claims the same.
    """

    row: Model
    certain_fields: tuple[str, ...] = ()


Source = Callable[[str], Iterable[Claim]]

# One commit of `default` for so many users: a commit costs a sync, and readers wait for none this short.
BATCH = 100


def claims_of(user_id: str) -> list[Claim]:
    """Every row that `default` should have about this user. Raises UserDatabaseError."""
    try:
        with user_db(user_id):
            return [claim for source in _sources("claims_on_default") for claim in source(user_id)]
    except DatabaseError as error:  # it opened, but a page further in is damaged
        raise UserDatabaseUnusable(f"{user_db_path(user_id)}: {error}") from error


def write_missing(claims: list[Claim]) -> Counter[str]:
    """Writes the rows that are not there yet or certainly wrong, in one commit; returns how many of each kind."""
    written: Counter[str] = Counter()
    with transaction.atomic(using="default"):
        for _, group in groupby(sorted(claims, key=_table), key=_table):
            kind = list(group)
            model = type(kind[0].row)
            written[str(model._meta.verbose_name_plural)] += _write(model, kind)
    return written


def _write(model: type[Model], claims: list[Claim]) -> int:
    known = model._default_manager.using("default").in_bulk([claim.row.pk for claim in claims])
    # Two files may name the same thing: the one that is certain of it comes later and wins.
    winners = {claim.row.pk: claim for claim in sorted(claims, key=lambda claim: bool(claim.certain_fields))}
    missing = [claim.row for pk, claim in winners.items() if pk not in known]
    times = {row.pk: getattr(row, "created_at", None) for row in missing}
    manager = model._base_manager.using("default")
    manager.bulk_create(missing, ignore_conflicts=True)
    for row in missing:  # Django has just put the present into every auto_now_add
        if times[row.pk] is not None:
            manager.filter(pk=row.pk).update(created_at=times[row.pk])
    return len(missing) + sum(_correct(known[pk], claim) for pk, claim in winners.items() if pk in known)


def _correct(there: Model, claim: Claim) -> bool:
    right = {name: getattr(claim.row, name) for name in claim.certain_fields}
    if all(getattr(there, name) == value for name, value in right.items()):
        return False
    type(there)._base_manager.using("default").filter(pk=there.pk).update(**right)
    return True


def _table(claim: Claim) -> str:
    return claim.row._meta.db_table


def _sources(attribute: str) -> list[Source]:
    named = (getattr(config, attribute, None) for config in apps.get_app_configs())
    return [import_string(name) for name in named if name]
