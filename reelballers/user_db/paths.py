"""Where a user's files are. Ids are 32 lower-case hex digits; anything else is refused before it becomes a path."""

import hashlib
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TypeGuard

from django.conf import settings

from reelballers.user_db.errors import UserDatabaseUnusable

ALIAS_PREFIX = "u_"
FILE_NAME = "user.sqlite3"

_USER_ID = re.compile(r"[0-9a-f]{32}")


def is_user_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and _USER_ID.fullmatch(value) is not None


def is_user_alias(alias: object) -> bool:
    return (
        isinstance(alias, str) and alias.startswith(ALIAS_PREFIX) and is_user_id(alias[len(ALIAS_PREFIX) :])
    )


def alias_for(user_id: str) -> str:
    if not is_user_id(user_id):
        raise ValueError(f"not a user id: {user_id!r}")
    return ALIAS_PREFIX + user_id


def user_id_of(alias: str) -> str:
    if not is_user_alias(alias):
        raise ValueError(f"not a user database alias: {alias!r}")
    return alias[len(ALIAS_PREFIX) :]


def users_root() -> Path:
    return Path(settings.DATA_DIR) / "users"


def mounted_users_root() -> Path:
    """Never made here: a wallet on the disk below a missing volume would vanish with the next mount.

    Raises UserDatabaseUnusable.
    """
    root = users_root()
    if not root.is_dir():
        raise UserDatabaseUnusable(
            f"{root} is not there: is the volume mounted? `manage.py setup` makes a new one"
        )
    return root


def shard_directory_name(user_id: str) -> str:
    """As text, like the next one: making a Path of it costs a fifth of a warm read."""
    return f"{settings.DATA_DIR}/users/{_shard(user_id)}"


@lru_cache(maxsize=4096)
def _shard(user_id: str) -> str:
    alias_for(user_id)
    return hashlib.sha256(user_id.encode()).hexdigest()[:2]


def user_db_name(user_id: str) -> str:
    return f"{shard_directory_name(user_id)}/{user_id}/{FILE_NAME}"


def user_directory(user_id: str) -> Path:
    """`users/<2 hex of sha256(id)>/<id>`: a directory per user, so that erasing one is a rename and an rmtree."""
    return Path(shard_directory_name(user_id), user_id)


def user_db_path(user_id: str) -> Path:
    return Path(user_db_name(user_id))


def has_user_db(user_id: str) -> bool:
    return is_user_id(user_id) and os.path.exists(user_db_name(user_id))


def all_user_ids() -> Iterator[str]:
    """Every user who has a file, in a stable order."""
    return filter(has_user_db, all_user_folders())


def all_user_folders() -> Iterator[str]:
    """The same without a look into each folder; where a birth was cut short there is no file in it."""
    for shard in sorted(users_root().glob("[0-9a-f][0-9a-f]")):
        yield from filter(is_user_id, sorted(os.listdir(shard)))
