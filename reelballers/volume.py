"""Is DATA_DIR the folder it should be? A server on the wrong or an empty disk would sell to people it does not know."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MARK = ".reel-ballers"


def faults(settings: Any) -> Iterator[str]:
    folder = settings.DATA_DIR
    if settings.FLY_APP_NAME and not os.path.ismount(folder):
        yield f"DATA_DIR must be where the volume is mounted; {folder} is not ([mounts] in fly.toml)"
        return
    trouble = _cannot_be_written(folder)
    if trouble:
        yield f"DATA_DIR must be a folder that user {os.geteuid()} can write; {folder}: {trouble}"
        return
    if settings.FLY_APP_NAME and marked_for(folder) != settings.FLY_APP_NAME:
        yield (
            f"DATA_DIR must be this app's volume; {folder} is marked for {marked_for(folder) or 'none'}. "
            "Of a new one: python manage.py setup --new-volume"
        )
    if not settings.IS_LOCAL and not (folder / "default.sqlite3").exists():
        wanted = settings.DISK_RESERVE_BYTES + settings.MAX_UPLOAD_BYTES
        free = shutil.disk_usage(folder).free
        if free < wanted:
            yield (
                f"DATA_DIR must have {wanted:,} bytes free (DISK_RESERVE_BYTES and one MAX_UPLOAD_BYTES), or no "
                f"upload is ever taken; it has {free:,}: use a larger volume"
            )


def _cannot_be_written(folder: Path) -> str:
    """Why not; empty if it can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"0")
    except OSError as error:
        return error.strerror or str(error)
    return ""


def marked_for(folder: Path) -> str:
    """The app whose volume this is; empty without a mark."""
    mark = folder / MARK
    return mark.read_text().strip() if mark.exists() else ""


def mark(folder: Path, app_name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(f"{app_name}\n")
