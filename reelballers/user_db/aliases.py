"""`settings.DATABASES` that also knows one alias per user, without registering any.

Django walks all aliases twice a request and copies them in tests: so iteration shows the static ones only, nothing
is ever added, and a user's alias resolves on demand, for the connection pool alone.
"""

import threading
from typing import Any
from urllib.parse import quote

from reelballers.user_db.errors import NoUserContext
from reelballers.user_db.paths import is_user_alias, user_db_name, user_id_of

BUSY_TIMEOUT_SECONDS = 5

# FULL: what was acknowledged survives a power cut. mmap off: a truncated file must be an error, not a SIGBUS.
SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": BUSY_TIMEOUT_SECONDS,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA synchronous=FULL; PRAGMA mmap_size=0",
}

opening = threading.local()


class Databases(dict[str, Any]):
    def __contains__(self, alias: object) -> bool:
        return super().__contains__(alias) or is_user_alias(alias)

    def __missing__(self, alias: str) -> dict[str, Any]:
        if not is_user_alias(alias):
            raise KeyError(alias)
        if getattr(opening, "alias", None) != alias:
            raise NoUserContext(
                f"{alias} is open only inside `with user_db({user_id_of(alias)!r})`; "
                "evaluate querysets before leaving it."
            )
        path = user_db_name(user_id_of(alias))
        # mode=rw: a missing file is an error, SQLite must not create an empty one.
        settings = connection_settings(f"file:{quote(path)}?mode=rw")
        return {**settings, "ENGINE": "reelballers.user_db.backend", "PATH": path}


def connection_settings(name: str) -> dict[str, Any]:
    """Django's full settings of one SQLite database."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": dict(SQLITE_OPTIONS),
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
        "USER": "",
        "PASSWORD": "",
        "HOST": "",
        "PORT": "",
        "TEST": {"CHARSET": None, "COLLATION": None, "MIGRATE": False, "MIRROR": None, "NAME": None},
    }
