"""Backup of the files that are being written, by Litestream over its control socket.

Watching every file would cost a thousand of them 370 MB and 5 000 descriptors. So whoever commits to a user's file says
so (`note_write`), the keeper has Litestream follow that file, and lets go of it, synced, when it has been quiet.
"""

import contextlib
import http.client
import json
import logging
import os
import socket
import time
from collections import OrderedDict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from reelballers.user_db.paths import all_user_ids, is_user_id, user_db_path

logger = logging.getLogger(__name__)

QUIET_SECONDS = 30.0
MAX_WATCHED = 500
SCAN_SECONDS = 600.0
CALL_SECONDS = 30

_sender: socket.socket | None = None


def note_write(user_id: str) -> None:
    """Tells the keeper; never waits and never fails. What gets lost here the keeper's scan finds."""
    global _sender
    if not settings.BACKUP_URL:
        return
    if _sender is None:
        _sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    try:
        _sender.sendto(user_id.encode(), str(notes_path()))
    except OSError:
        logger.debug("no keeper hears of %s", user_id)


def notes_path() -> Path:
    return Path(settings.DATA_DIR) / "backup-notes.sock"


def control_path() -> Path:
    return Path(settings.DATA_DIR) / "litestream.sock"


def replica_url(user_id: str) -> str:
    """Laid out as the files are."""
    return _below_backup_url(f"users/{user_db_path(user_id).parent.parent.name}/{user_id}")


def _below_backup_url(name: str) -> str:
    """What follows a `?`, an endpoint for one, stays at the end."""
    url = urlsplit(settings.BACKUP_URL)
    return urlunsplit(url._replace(path=f"{url.path.rstrip('/')}/{name}"))


def litestream_config() -> dict[str, Any]:
    """What `litestream replicate` reads; JSON is YAML."""
    shared = Path(str(settings.DATABASES["default"]["NAME"]))
    databases = []
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        databases = [{"path": str(shared), "replica": {"url": _below_backup_url("default")}}]
    return {"socket": {"enabled": True, "path": str(control_path()), "permissions": 0o600}, "dbs": databases}


class Keeper:
    """Has Litestream follow the files that are being written."""

    def __init__(self) -> None:
        notes_path().unlink(missing_ok=True)
        self._notes = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notes.bind(str(notes_path()))
        self._notes.settimeout(0.2)
        self._written_at: OrderedDict[str, float] = OrderedDict()  # watched users, the longest quiet first
        self._waiting: set[str] = set()  # heard of, not followed yet
        self._scanned_at = float("-inf")

    def round(self) -> None:
        """Hears, follows, lets go; returns after at most a few seconds. Raises OSError while Litestream is away."""
        self._waiting.update(self._heard())
        while self._waiting:
            self._follow(next(iter(self._waiting)))
        now = time.monotonic()
        while self._written_at:
            user_id, written_at = next(iter(self._written_at.items()))
            if now - written_at < QUIET_SECONDS and len(self._written_at) <= MAX_WATCHED:
                break
            self._let_go(user_id)
        if now - self._scanned_at >= SCAN_SECONDS:
            self._scan()
            self._scanned_at = now

    def _heard(self) -> list[str]:
        heard: dict[str, None] = {}
        try:
            while len(heard) < MAX_WATCHED:
                heard[self._notes.recv(64).decode(errors="replace")] = None
                self._notes.setblocking(False)
        except (TimeoutError, BlockingIOError):
            pass
        finally:
            self._notes.settimeout(0.2)
        return [user_id for user_id in heard if is_user_id(user_id)]

    def _follow(self, user_id: str) -> None:
        # Every time: Litestream says "already" at once, and after a restore it has forgotten the file.
        if user_db_path(user_id).exists():
            call("/register", path=str(user_db_path(user_id)), replica_url=replica_url(user_id))
            self._written_at[user_id] = time.monotonic()
            self._written_at.move_to_end(user_id)
        self._waiting.discard(user_id)

    def _let_go(self, user_id: str) -> None:
        let_go(user_id)
        del self._written_at[user_id]

    def _scan(self) -> None:
        """Follows what was written while nobody listened: since the last scan, or since the keeper last ran."""
        marker = Path(settings.DATA_DIR) / "backup-marker"
        since = marker.stat().st_mtime - 60 if marker.exists() else 0.0
        started = time.time()
        for user_id in all_user_ids():
            if _changed_at(user_db_path(user_id)) > since:
                self._follow(user_id)
                if len(self._written_at) > MAX_WATCHED:
                    self._let_go(next(iter(self._written_at)))
        marker.touch()
        os.utime(marker, (started, started))


def let_go(user_id: str) -> None:
    """Litestream no longer has the file open; before it is replaced or erased. Raises OSError."""
    if not settings.BACKUP_URL:
        return
    path = str(user_db_path(user_id))
    with contextlib.suppress(NotWatched):
        if os.path.exists(path):
            call("/sync", path=path, wait=True, timeout=CALL_SECONDS)
        call("/unregister", path=path, timeout=CALL_SECONDS)


class NotWatched(OSError):
    """Litestream does not know the file."""


def _changed_at(path: Path) -> float:
    times = [0.0]
    for each in (path, path.with_name(path.name + "-wal")):
        try:
            times.append(each.stat().st_mtime)
        except FileNotFoundError:
            continue
    return max(times)


def call(command: str, **body: Any) -> dict[str, Any]:
    """One call to Litestream's control socket. Raises OSError."""
    connection = _UnixConnection("localhost", timeout=CALL_SECONDS + 5)
    try:
        connection.request("POST", command, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status == 404:
        raise NotWatched(body.get("path"))
    if answer.status >= 300:
        raise OSError(f"litestream {command} {body.get('path')}: {answer.status} {text.strip()}")
    return json.loads(text)


class _UnixConnection(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(control_path()))
