"""Brings every user's file to the current schema before the server starts: parallel, and safe to start again."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from urllib.parse import quote

from reelballers.user_db import schema
from reelballers.user_db.aliases import BUSY_TIMEOUT_SECONDS
from reelballers.user_db.fence import shared_fence
from reelballers.user_db.paths import user_db_name
from reelballers.user_db.together import Together

CHUNK = 200  # so many files are locked at once, three descriptors each
THREADS = 8
# user_version (60–63), incremental vacuum (64–67), application_id (68–71)
_STAMP_OFFSET, _STAMP_BYTES = 60, 12


@dataclass
class Done:
    """What a sweep, or a part of it, came to."""

    current: int = 0
    migrated: int = 0
    failed: dict[str, str] = field(default_factory=dict)

    def add(self, part: "Done") -> None:
        self.current += part.current
        self.migrated += part.migrated
        self.failed.update(part.failed)


def sweep(user_ids: Iterable[str], processes: int) -> Iterator[Done]:
    """Migrates the files of these users; yields the outcome of each part as it ends.

    Nothing is written down about how far it came: each file says itself which version it has.
    """
    # "spawn" would set Django up for each; nothing is open here that must not cross a fork.
    with ProcessPoolExecutor(processes, get_context("fork"), _end_with_parent) as workers:
        ids = iter(user_ids)
        waiting: set[Future[Done]] = set()
        while True:
            while len(waiting) < 2 * processes and (chunk := list(islice(ids, CHUNK))):
                waiting.add(workers.submit(sweep_chunk, chunk))
            if not waiting:
                return
            done = next(as_completed(waiting))
            waiting.remove(done)
            yield done.result()


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for its next part for ever."""

    def wait() -> None:
        parent = parent_process()
        assert parent is not None
        parent.join()
        os._exit(1)

    Thread(target=wait, daemon=True).start()


def sweep_chunk(user_ids: list[str]) -> Done:
    """Most of a file's time is waiting for the disk: threads wait side by side."""
    together = Together()
    with ThreadPoolExecutor(THREADS) as threads:
        try:
            outcomes = list(threads.map(partial(_try, together.migrate), user_ids))
        finally:
            together.finish(threads)
        # Who has one of these open is waited for only now: they may be waiting for one of ours.
        others = [user_id for user_id, outcome in zip(user_ids, outcomes, strict=True) if outcome is None]
        found = dict(zip(user_ids, outcomes, strict=True)) | dict(
            zip(others, threads.map(partial(_try, migrate), others), strict=True)
        )
    done = Done(failed={user_id: outcome for user_id, outcome in found.items() if isinstance(outcome, str)})
    done.migrated = sum(outcome is True for outcome in found.values())
    done.current = sum(outcome is False for outcome in found.values())
    return done


def _try(bring: Callable[[str], bool | None], user_id: str) -> bool | str | None:
    """Whether there was something to do, or what stood in the way. None: not done, or there is no file."""
    try:
        return not seems_current(user_db_name(user_id)) and bring(user_id)
    except FileNotFoundError:
        return None  # a birth that was cut short; a known user's missing file is the audit's to find
    except Exception as error:  # noqa: BLE001 - one bad file must not stop the others; it is listed at the end
        return f"{type(error).__name__}: {error}"


def seems_current(path: str) -> bool:
    """A look at the header in 5 µs instead of opening the database: a hint to skip a file, never to change one.

    Only while this process has not opened that database: closing a descriptor drops a process's locks on its file.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        header = os.pread(descriptor, _STAMP_BYTES, _STAMP_OFFSET)
    finally:
        os.close(descriptor)
    has_log = os.path.exists(f"{path}-wal")  # then the header may be older than the truth
    version, application_id = int.from_bytes(header[:4]), int.from_bytes(header[8:12])
    stamp = schema.read_stamp(application_id, version)
    return not has_log and stamp.version == schema.current_version()


def migrate(user_id: str) -> bool:
    """Migrates one closed file; False if it was current. As the pool does, without what Django adds to it."""
    with shared_fence(user_id):
        return migrate_path(user_db_name(user_id))


def migrate_path(path: str) -> bool:
    address = f"file:{quote(path)}?mode=rw"
    raw = sqlite3.connect(address, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_SECONDS)
    try:
        # No sync for the commit alone. A power cut may undo the whole migration, never half of it: run again.
        raw.execute("PRAGMA synchronous = NORMAL")
        was_behind = schema.bring_up_to_date(raw)
        # Closing would do it too, but pysqlite3 closes with the interpreter locked: all threads would wait.
        raw.execute("PRAGMA wal_checkpoint")
        return was_behind
    finally:
        raw.close()
