"""Tells a developer, at every command, when a migration of a user app would not reach the users' files."""

import pkgutil
from importlib import import_module
from typing import Any

from django.apps import apps
from django.core.checks import Error, register

from reelballers.user_db import schema
from reelballers.user_db.render import Key, runs_python


@register("user_db")
def check_user_migrations(app_configs: Any = None, **kwargs: Any) -> list[Error]:
    on_disk = _migrations_on_disk()
    listed = schema.USER_MIGRATIONS
    errors = [
        Error(f"migration {'.'.join(key)} is not in USER_MIGRATIONS", hint=_APPEND, id="user_db.E001")
        for key in sorted(on_disk.keys() - set(listed))
    ]
    errors += [
        Error(f"USER_MIGRATIONS names {'.'.join(key)}, which does not exist", id="user_db.E002")
        for key in sorted(set(listed) - on_disk.keys())
    ]
    errors += [
        Error(f"migration {'.'.join(key)} runs Python", hint=_AS_SQL, id="user_db.E003")
        for key, migration in on_disk.items()
        if runs_python(migration.operations)
    ]
    errors += [
        Error(f"USER_MIGRATIONS lists {'.'.join(key)} before {'.'.join(needed)}", id="user_db.E004")
        for position, key in enumerate(listed)
        for needed in (on_disk[key].dependencies if key in on_disk else ())
        if tuple(needed) in on_disk and tuple(needed) not in listed[:position]
    ]
    return errors


_APPEND = (
    "Append it to USER_MIGRATIONS in reelballers/user_db/schema.py, at the end: the position is the version."
)
_AS_SQL = "User files are migrated by SQL alone: use Django's operations or RunSQL."


def _migrations_on_disk() -> dict[Key, Any]:
    """By import, not by Django's loader: that one reads every app's history."""
    found = {}
    for config in apps.get_app_configs():
        if not getattr(config, "in_user_files", False):
            continue
        package = import_module(f"{config.name}.migrations")
        for module in pkgutil.iter_modules(package.__path__):
            found[config.label, module.name] = import_module(f"{package.__name__}.{module.name}").Migration
    return found
