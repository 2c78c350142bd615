"""The base of every model that lives in a user's file."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from reelballers.user_db.context import current_alias
from reelballers.user_db.errors import WrongUserContext


class UserFileQuerySet(models.QuerySet):
    """Writing rows in bulk asks every row where it comes from, as `save` does."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        return super().bulk_create(_all_at_home(objs), *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> int:
        return super().bulk_update(_all_at_home(objs), *args, **kwargs)


class UserFileManager(models.Manager.from_queryset(UserFileQuerySet)):  # type: ignore[misc]
    """Querysets remember the file they were made for: evaluated elsewhere they raise, never read another's rows."""

    def get_queryset(self) -> models.QuerySet:
        if self._db:
            return super().get_queryset()
        instance = self._hints.get("instance")
        if instance is not None:
            assert_at_home(instance)
        return super().get_queryset().using(current_alias())


class UserFileModel(models.Model):
    objects = UserFileManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        assert_at_home(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        assert_at_home(self)
        return super().delete(*args, **kwargs)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        assert_at_home(self)
        super().refresh_from_db(*args, **kwargs)


def assert_at_home(row: models.Model) -> None:
    """Raises WrongUserContext for a row of another user's file; a new row is at home anywhere."""
    if row._state.db not in (None, current_alias()):
        raise WrongUserContext(f"{row!r} belongs to {row._state.db}, open is {current_alias()}")


def _all_at_home(rows: Iterable[Any]) -> list[Any]:
    rows = list(rows)
    for row in rows:
        assert_at_home(row)
    return rows
