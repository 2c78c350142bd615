"""The base of every model that lives in a user's file."""

from typing import Any

from django.db import models

from reelballers.user_db.context import current_alias
from reelballers.user_db.errors import WrongUserContext


class UserFileManager(models.Manager):
    """Querysets remember the file they were made for: evaluated elsewhere they raise, never read another's rows."""

    def get_queryset(self) -> models.QuerySet:
        if self._db:
            return super().get_queryset()
        instance = self._hints.get("instance")
        if instance is not None and instance._state.db not in (None, current_alias()):
            raise WrongUserContext(f"{instance!r} belongs to {instance._state.db}, open is {current_alias()}")
        return super().get_queryset().using(current_alias())


class UserFileModel(models.Model):
    objects = UserFileManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._assert_at_home()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._assert_at_home()
        return super().delete(*args, **kwargs)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self._assert_at_home()
        super().refresh_from_db(*args, **kwargs)

    def _assert_at_home(self) -> None:
        if self._state.db not in (None, current_alias()):
            raise WrongUserContext(f"{self!r} belongs to {self._state.db}, open is {current_alias()}")
