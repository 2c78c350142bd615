"""A user's own data in one folder that stands alone: the database, what media belongs to it, a way to check it."""

import json
import shutil
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage

from exports.clips.media import user_prefix
from reelballers.user_db import UserDatabaseMissing, has_user_db, user_db, user_db_path
from reelballers.user_db.copies import copy_of
from reelballers.user_db.fence import shared_fence


def export(user_id: str, to: Path) -> Path:
    """Writes `<to>/<user id>/` with user.sqlite3, media.json and verify.py. Raises UserDatabaseError."""
    if not has_user_db(user_id):
        raise UserDatabaseMissing(f"user {user_id} has no file")
    folder = to / user_id
    folder.mkdir(parents=True, exist_ok=True)
    # At the current schema, the one the verifier knows; and one file from its first page to its -wal.
    with user_db(user_id), shared_fence(user_id):
        copy_of(user_db_path(user_id), folder / "user.sqlite3")
    (folder / "media.json").write_text(json.dumps(media_of(user_id), indent=2) + "\n")
    shutil.copyfile(Path(__file__).with_name("offline_verifier.py"), folder / "verify.py")
    return folder


def media_of(user_id: str) -> list[dict[str, Any]]:
    """Every file under the user's prefix of the media storage, by the name the database uses."""
    return [
        {"path": name, "bytes": default_storage.size(name)} for name in sorted(_walk(user_prefix(user_id)))
    ]


def _walk(prefix: str) -> list[str]:
    try:
        folders, files = default_storage.listdir(prefix)
    except FileNotFoundError:
        return []
    found = [f"{prefix}/{name}" for name in files]
    for folder in folders:
        found += _walk(f"{prefix}/{folder}")
    return found
