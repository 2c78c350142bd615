"""Sends each model to its file: a user's tables to the open user's file, everything else to `default`."""

from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from reelballers.user_db.context import current_alias
from reelballers.user_db.errors import WrongUserContext
from reelballers.user_db.paths import is_user_alias


def is_user_app(app_label: str) -> bool:
    """An app whose tables live in user files says so in its AppConfig: `in_user_files = True`."""
    return app_label in apps.app_configs and getattr(apps.get_app_config(app_label), "in_user_files", False)


class UserDatabaseRouter:
    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        if not is_user_app(model._meta.app_label):
            return DEFAULT_DB_ALIAS
        alias = current_alias()
        instance = hints.get("instance")
        if instance is not None and is_user_alias(instance._state.db) and instance._state.db != alias:
            raise WrongUserContext(f"{model.__name__} of {instance._state.db} used while {alias} is open")
        return alias

    db_for_write = db_for_read

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        here, there = (is_user_app(thing._meta.app_label) for thing in (first, second))
        if here != there:
            return False
        return not here or None in (first._state.db, second._state.db) or first._state.db == second._state.db

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return is_user_alias(db) == is_user_app(app_label)
