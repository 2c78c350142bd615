"""Backup of the files that are being written, by Litestream over its control socket.

Watching every file would cost a thousand of them 370 MB and 5 000 descriptors. So whoever commits to a user's file says
so (`note_write`), the keeper (keeper.py) has Litestream follow that file, and lets go of it, synced, when it is quiet.
"""

import contextlib
import http.client
import json
import logging
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings

from reelballers.user_db.paths import user_db_path

logger = logging.getLogger(__name__)

CALL_SECONDS = 30

_sender: socket.socket | None = None


def note_write(user_id: str) -> None:
    """Tells the keeper; never waits and never fails. What gets lost here the keeper's scan finds."""
    global _sender
    if not settings.BACKUP_URL:
        return
    try:
        if _sender is None:
            _sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
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


class Refused(OSError):
    """Litestream answers that it cannot; its words say why."""


class NotWatched(Refused):
    """Litestream does not know the file."""


def follow(user_id: str) -> None:
    """Raises OSError."""
    call("/register", path=str(user_db_path(user_id)), replica_url=replica_url(user_id))


def let_go(user_id: str) -> None:
    """Everything is in the replica and Litestream no longer has the file open. Raises OSError; then it still has."""
    path = user_db_path(user_id)
    with contextlib.suppress(NotWatched):
        if path.exists():
            call("/sync", path=str(path), wait=True, timeout=CALL_SECONDS)
        call("/unregister", path=str(path), timeout=CALL_SECONDS)


def give_up(user_id: str) -> None:
    """Before the file is replaced or erased: nobody has it open, whatever its state. Raises OSError."""
    if not settings.BACKUP_URL:
        return
    try:
        let_go(user_id)
    except Refused as error:  # a damaged file cannot be synced, and that is why it is being replaced
        logger.warning("backup: %s", error)
        with contextlib.suppress(NotWatched):
            call("/unregister", path=str(user_db_path(user_id)), timeout=CALL_SECONDS)
    except (FileNotFoundError, ConnectionRefusedError):
        logger.debug("litestream is not running: it has no file open")


def call(command: str, **body: Any) -> dict[str, Any]:
    """One call to Litestream's control socket. Raises Refused, or OSError while it is away."""
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
        raise Refused(f"litestream {command} {body.get('path')}: {answer.status} {text.strip()}")
    return json.loads(text)


class _UnixConnection(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(control_path()))
