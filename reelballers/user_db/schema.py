"""The schema of user files: Django's migrations, run as plain SQL and counted in `user_version`.

`migrate --database=u_x` is never used: it replays every app's history (dj-stripe's alone costs a minute of CPU a
call). Here each migration of a user app is rendered to SQL once per process and run in one transaction per file
together with its stamp, so a file is always exactly at one version.
"""

import sqlite3
from dataclasses import dataclass

from reelballers.user_db import adoption, copies
from reelballers.user_db.errors import UserDatabaseUnusable
from reelballers.user_db.render import is_destructive, sql_of
from reelballers.user_db.statements import run

# A file's user_version is the number of entries it has. Append only: the position is the version.
USER_MIGRATIONS: tuple[tuple[str, str], ...] = (
    ("wallet", "0001_initial"),
    ("wallet", "0002_append_only"),
    ("exports", "0001_initial"),
    ("exports", "0002_queued_at"),
    ("wallet", "0003_no_replacing"),
    ("wallet", "0004_transfers"),
    ("wallet", "0005_closed_into"),
    ("wallet", "0006_closed_stays_empty"),
    ("accounts", "0001_initial"),
    ("wallet", "0007_asked_at"),
    ("mail", "0001_initial"),
    ("wallet", "0008_payer_email"),
    ("exports", "0003_merged_clips"),
    ("exports", "0004_names_and_pictures"),
    ("exports", "0005_batches"),
)

# Those after which the release before cannot work with the file any more. Best none: drop a column one release
# after the code stopped using it.
BREAKING: frozenset[tuple[str, str]] = frozenset()

# The upper half of application_id says "a wallet file of ours", the lower from which version on it can be used.
_OURS = 0x5242


@dataclass(frozen=True)
class Stamp:
    version: int  # 0: not ours yet
    usable_from: int


def current_version() -> int:
    return len(USER_MIGRATIONS)


def stamp_of(raw: sqlite3.Connection) -> Stamp:
    application_id = raw.execute("PRAGMA application_id").fetchone()[0]
    return read_stamp(application_id, raw.execute("PRAGMA user_version").fetchone()[0])


def read_stamp(application_id: int, user_version: int) -> Stamp:
    if application_id >> 16 != _OURS:
        return Stamp(0, 0)
    return Stamp(user_version, application_id & 0xFFFF)


def bring_up_to_date(raw: sqlite3.Connection) -> bool:
    """Migrates one open file, all or nothing; True if there was something to do.

    A file ahead (a release was rolled back) is used as it is, unless a BREAKING migration made it useless here.
    Raises UserDatabaseUnusable.
    """
    stamp = stamp_of(raw)
    if not is_behind(stamp):
        return False
    if stamp.version == 0:
        adoption.check(raw)
        raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA foreign_keys = OFF")  # a table remake drops and renames; checked before the commit
    try:
        raw.execute("BEGIN IMMEDIATE")
        # Read again under the write lock: another process, of a newer release even, may have been faster.
        stamp = stamp_of(raw)
        if is_still_behind := is_behind(stamp):
            if needs_copy(stamp.version):
                copies.keep(raw, f"before-{current_version()}")
            run_pending(raw)
        raw.execute("COMMIT")
    except BaseException:
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        raise
    finally:
        raw.execute("PRAGMA foreign_keys = ON")
    return is_still_behind


def is_behind(stamp: Stamp) -> bool:
    """Raises UserDatabaseUnusable for a file that is ahead beyond use."""
    if stamp.usable_from > current_version():
        raise UserDatabaseUnusable(
            f"the file needs version {stamp.usable_from}, this release has {current_version()}"
        )
    return stamp.version < current_version()


def needs_copy(version: int) -> bool:
    """Whether what is pending for a file at this version may lose something."""
    return version > 0 and any(is_destructive(key) for key in USER_MIGRATIONS[version:])


def run_pending(raw: sqlite3.Connection) -> None:
    """Runs what is missing, inside the caller's transaction, and stamps the file."""
    version = stamp_of(raw).version
    broken_before = _broken_references(raw)
    is_adopted = version == 0 and adoption.is_earlier_file(raw)
    if is_adopted:
        adoption.step_aside(raw, ours=tables_of(USER_MIGRATIONS))
    for key in USER_MIGRATIONS[version:]:
        run(raw, sql_of(key, USER_MIGRATIONS))
    if is_adopted:
        adoption.fill(raw)
    broken = _broken_references(raw) - broken_before
    if broken:
        raise UserDatabaseUnusable(f"migration leaves broken references: {sorted(broken)[:3]}")
    breaking = [number for number, key in enumerate(USER_MIGRATIONS, 1) if key in BREAKING]
    raw.execute(f"PRAGMA application_id = {_OURS << 16 | max(breaking, default=0)}")
    raw.execute(f"PRAGMA user_version = {current_version()}")


def tables_of(keys: tuple[tuple[str, str], ...]) -> set[str]:
    """The tables that these migrations leave behind."""
    scratch = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for key in keys:
            run(scratch, sql_of(key, keys))
        found = scratch.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        return {row[0] for row in found}
    finally:
        scratch.close()


def _broken_references(raw: sqlite3.Connection) -> set[tuple[str, ...]]:
    return {tuple(map(str, row)) for row in raw.execute("PRAGMA foreign_key_check")}
