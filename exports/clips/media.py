"""Where a user's clips and exports lie in the media storage: everything under one prefix per user."""

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from storages.utils import clean_name

from exports.errors import DiskReserveReached


def user_prefix(user_id: str) -> str:
    return f"{hashlib.sha256(user_id.encode()).hexdigest()[:2]}/{user_id}"


def project_prefix(user_id: str, project_id: str) -> str:
    return f"{user_prefix(user_id)}/projects/{project_id}"


def attempt_prefix(user_id: str, job_id: str, attempt: int) -> str:
    """Attempts never share a folder: a late duplicate cannot touch the output that won."""
    return f"{user_prefix(user_id)}/out/{job_id}/{attempt}"


def local_path(name: str) -> Path:
    return Path(default_storage.path(name))


def is_local() -> bool:
    """Whether the media lie in a folder of this machine; else they are reached by presigned URLs."""
    try:
        default_storage.path("x")
    except NotImplementedError:
        return False
    return True


@contextlib.contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """A path to read a stored file at: its own, or a temporary copy. Raises FileNotFoundError."""
    if is_local():
        yield local_path(name)
        return
    check_disk_reserve()
    with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, suffix=Path(name).suffix) as copy:
        with default_storage.open(name, "rb") as stored:
            shutil.copyfileobj(stored, copy, 1024 * 1024)
        copy.flush()
        yield Path(copy.name)


def copy(source: str, target: str) -> None:
    """A second stored file of the same content, by the storage itself: nothing of it comes by here."""
    if is_local():
        path = local_path(target)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.hardlink_to(local_path(source))
        except FileNotFoundError:
            raise
        except OSError:  # another volume, or one without links
            shutil.copyfile(local_path(source), path)
        return
    storage: Any = default_storage
    keys = [storage._normalize_name(clean_name(name)) for name in (source, target)]
    origin = {"Bucket": storage.bucket_name, "Key": keys[0]}
    storage.connection.meta.client.copy(origin, storage.bucket_name, keys[1])


def users_with_media() -> Iterator[str]:
    """The ids under whose prefix something lies."""
    for shard in folders(""):
        yield from folders(shard)


def delete_tree(prefix: str, *, keep: Collection[str] = ()) -> None:
    """Deletes every file under `prefix` but those named in `keep`; folders left empty go too."""
    try:
        folders, files = default_storage.listdir(prefix)
    except FileNotFoundError:
        return
    for name in files:
        if f"{prefix}/{name}" not in keep:
            default_storage.delete(f"{prefix}/{name}")
    for folder in folders:
        delete_tree(f"{prefix}/{folder}", keep=keep)
    if is_local():
        with contextlib.suppress(OSError):
            local_path(prefix).rmdir()


def folders(prefix: str) -> list[str]:
    """The names right below `prefix` under which something lies."""
    try:
        return sorted(default_storage.listdir(prefix)[0])
    except FileNotFoundError:
        return []


def is_older(prefix: str, moment: datetime) -> bool:
    """Whether there are files right below `prefix`, all of them from before that moment."""
    names = default_storage.listdir(prefix)[1]
    return bool(names) and all(
        default_storage.get_modified_time(f"{prefix}/{name}") < moment for name in names
    )


def check_disk_reserve() -> None:
    """Raises DiskReserveReached when the volume has less free than databases may need."""
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(settings.MEDIA_ROOT).free < settings.DISK_RESERVE_BYTES:
        raise DiskReserveReached
