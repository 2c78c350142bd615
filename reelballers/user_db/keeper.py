"""Tells Litestream which files to follow: those that are being written, and no others."""

import logging
import os
import socket
import time
from collections import OrderedDict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.conf import settings

from reelballers import lifeline
from reelballers.user_db.backup import Refused, follow, let_go, notes_path
from reelballers.user_db.fence import shared_fence
from reelballers.user_db.paths import all_user_ids, is_user_id, user_db_path

logger = logging.getLogger(__name__)

QUIET_SECONDS = 30.0
MAX_WATCHED = 500
SCAN_SECONDS = 600.0
SCANNED_A_ROUND, FOUND_A_ROUND = 1000, 20


class Keeper:
    """Has Litestream follow the files that are being written. One that cannot be followed holds up no other."""

    def __init__(self) -> None:
        notes_path().unlink(missing_ok=True)
        self._notes = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notes.bind(str(notes_path()))
        self._notes.settimeout(0.2)
        self._written_at: OrderedDict[str, float] = OrderedDict()  # watched users, the longest quiet first
        self._waiting: dict[str, None] = {}  # heard of, not followed yet: the longest wait first
        self._scan: Iterator[None] | None = None
        self._scanned_at = float("-inf")
        self._refused: set[str] = set()  # watched, and could not be synced so far
        self._marker = Path(settings.DATA_DIR) / "backup-marker"
        # What was written before this is followed or in the replica; before the marker's time, in the replica.
        self._known_until = self._marker.stat().st_mtime if self._marker.exists() else 0.0
        self._is_marker_due = False

    def round(self) -> None:
        """Hears, follows, lets go, looks at some files. Raises OSError while Litestream is away."""
        self._waiting.update(dict.fromkeys(self._heard()))
        for user_id in list(self._waiting):
            lifeline.beat()
            if user_id in self._written_at or len(self._written_at) < MAX_WATCHED:
                self._follow(user_id)
        self._let_go_of_the_quiet()
        if self._scan is None and time.monotonic() - self._scanned_at >= SCAN_SECONDS:
            self._scan = self._look_at_all()
        for _ in islice(self._scan or (), SCANNED_A_ROUND):
            if len(self._waiting) >= FOUND_A_ROUND:
                break  # a round follows these, and hears of others, before it looks for more
        self._move_marker()

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
        with shared_fence(user_id):  # not while another file takes its place
            if user_db_path(user_id).exists():
                try:
                    follow(user_id)
                except Refused as error:
                    logger.warning("backup: %s", error)
                else:
                    self._is_watched(user_id)
        self._waiting.pop(user_id, None)

    def _is_watched(self, user_id: str) -> None:
        self._written_at[user_id] = time.monotonic()
        self._written_at.move_to_end(user_id)

    def _let_go_of_the_quiet(self) -> None:
        now = time.monotonic()
        for user_id, written_at in list(self._written_at.items()):
            is_room_for_all = len(self._written_at) + len(self._waiting) <= MAX_WATCHED
            if now - written_at < QUIET_SECONDS and is_room_for_all:
                return
            try:
                let_go(user_id)
            except Refused as error:
                # A damaged file, or the storage is away: again when the others had their turn.
                logger.warning("backup: %s", error)
                self._refused.add(user_id)
                self._is_watched(user_id)
                return
            self._refused.discard(user_id)
            del self._written_at[user_id]

    def _look_at_all(self) -> Iterator[None]:
        """Finds what was written while nobody listened: since the last look, or since the keeper last ran."""
        since = self._known_until - 60
        started = time.time()
        for user_id in all_user_ids():
            if _changed_at(user_db_path(user_id)) > since:
                self._waiting[user_id] = None
            yield
        while self._waiting:
            yield
        self._scan, self._scanned_at = None, time.monotonic()
        self._known_until, self._is_marker_due = started, True

    def _move_marker(self) -> None:
        """Once what was followed at the scan's end is in the replica: a keeper that starts anew follows nothing."""
        is_synced = not self._refused and all(at > self._scanned_at for at in self._written_at.values())
        if self._is_marker_due and is_synced:
            self._marker.touch()
            os.utime(self._marker, (self._known_until, self._known_until))
            self._is_marker_due = False


def _changed_at(path: Path) -> float:
    times = [0.0]
    for each in (path, path.with_name(path.name + "-wal")):
        try:
            times.append(each.stat().st_mtime)
        except FileNotFoundError:
            continue
    return max(times)
