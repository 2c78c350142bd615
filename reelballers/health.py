"""`/healthz` and `/readyz`: what a proxy asks before it sends people here.

Not ready is only what would fail a visitor: databases that cannot be written, a schema that is not this release's. A
silent worker takes no webhook off the air; it is an alarm in the body, as everything else that needs a hand soon.
"""

import os
import shutil
import socket
import tempfile
import threading
import time
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from reelballers.models import Heartbeat
from reelballers.user_db import UserDatabaseUnusable
from reelballers.user_db.create import template_path

WORKER_SEEN_SECONDS = 30
# Whoever asks more often gets the last answer: a stranger must not make this machine write.
KEEP_SECONDS = 2.0

_lock = threading.Lock()
_was_current = False
_kept: tuple[float, list[str]] = (float("-inf"), [])


def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: this process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """Ready, or 503 with what is missing; either way with what needs a hand."""
    found = {"faults": recent_faults(), "alarms": alarms()}
    if found["faults"]:
        return JsonResponse({"status": "not ready", **found}, status=503, headers={"Retry-After": "2"})
    return JsonResponse({"status": "ok", **found})


def recent_faults() -> list[str]:
    global _kept
    with _lock:
        asked_at, found = _kept
        if time.monotonic() - asked_at >= KEEP_SECONDS:
            found = [fault for fault in (_shared_database_fault(), _user_files_fault()) if fault]
            _kept = time.monotonic(), found
        return found


def _shared_database_fault() -> str | None:
    try:
        name = f"{Heartbeat.WEB}{socket.gethostname()}"
        Heartbeat.objects.update_or_create(name=name, defaults={"beaten_at": timezone.now()})
        return None if _is_schema_current() else "shared database: its schema is another release's"
    except DatabaseError as error:
        return f"shared database: {error}"


def _is_schema_current() -> bool:
    """Read until it is; what this process was started on does not go back."""
    global _was_current
    if not _was_current:
        executor = MigrationExecutor(connection)
        _was_current = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _was_current


def _user_files_fault() -> str | None:
    """A real write, for a full or read-only disk takes none."""
    try:
        folder = template_path().parent
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except (OSError, DatabaseError, UserDatabaseUnusable) as error:
        return f"user databases: {error}"
    return None


def alarms() -> list[str]:
    return [alarm for alarm in (_worker_alarm(), _disk_alarm()) if alarm]


def _worker_alarm() -> str | None:
    try:
        last = Heartbeat.workers().order_by("-beaten_at").values_list("beaten_at", flat=True).first()
    except DatabaseError as error:
        return f"worker: unknown, {error}"
    if last is None:
        return "worker: none was ever seen"
    age = timezone.now() - last
    return (
        f"worker: last seen {age.total_seconds():.0f} s ago"
        if age > timedelta(seconds=WORKER_SEEN_SECONDS)
        else None
    )


def _disk_alarm() -> str | None:
    try:
        free = shutil.disk_usage(settings.DATA_DIR).free
    except OSError as error:
        return f"disk: {error}"
    if free >= settings.DISK_RESERVE_BYTES:
        return None
    return f"disk: {free:,} bytes free, less than the reserve of {settings.DISK_RESERVE_BYTES:,}: uploads are refused"
