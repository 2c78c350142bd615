"""`migrate_users` brings every file to the current schema, however often it is interrupted."""

import contextlib
import errno
import os
import select
import shutil
import signal
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import migrations, models

from reelballers.user_db import (
    all_user_folders,
    look,
    progress,
    schema,
    sweep,
    together,
    user_db,
    user_db_path,
    user_transaction,
)
from reelballers.user_db import pool as pools
from reelballers.user_db.paths import users_root
from reelballers.user_db.together import Together
from wallet import ledger

ADD_COLUMN = migrations.AddField("wallet", "colour", models.TextField(default="blue"))


def migrate_users(processes: int = 2) -> str:
    out = StringIO()
    call_command("migrate_users", "--processes", str(processes), stdout=out, stderr=StringIO())
    return out.getvalue()


def versions(user_ids: list[str]) -> set[int]:
    found = set()
    for user_id in user_ids:
        with look(user_id) as db:
            found.add(schema.stamp_of(db).version)
    return found


@pytest.fixture
def many(new_user: Callable[[], str]) -> list[str]:
    return [new_user() for _ in range(12)]


def test_it_migrates_every_file(many: list[str], migration: Callable[..., None]) -> None:
    assert migrate_users().startswith("0 migrated, 12 were current, 0 failed")
    migration("0003_colour", [ADD_COLUMN])
    assert migrate_users().startswith("12 migrated, 0 were current, 0 failed")
    assert versions(many) == {schema.current_version()}
    assert migrate_users().startswith("0 migrated, 12 were current")


def test_one_bad_file_is_listed_and_stops_nobody(many: list[str], migration: Callable[..., None]) -> None:
    user_db_path(many[3]).write_bytes(b"not a database, but long enough to have a header" * 10)
    migration("0003_colour", [ADD_COLUMN])
    out = StringIO()
    with pytest.raises(CommandError, match="11 migrated, 0 were current, 1 failed"):
        call_command("migrate_users", stdout=out, stderr=StringIO())
    assert many[3] in out.getvalue()
    assert "not a database" in out.getvalue()


def test_a_birth_that_was_cut_short_is_nobodys_failure(many: list[str]) -> None:
    user_db_path(many[3]).unlink()
    assert migrate_users().startswith("0 migrated, 11 were current, 0 failed")


def test_a_full_disk_is_said_in_words(
    many: list[str], migration: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    migration("0003_colour", [ADD_COLUMN])
    with monkeypatch.context() as disk:
        disk.setattr(together, "sync_all", full)
        with pytest.raises(CommandError, match="No space left on device; run again"):
            migrate_users()
    migrate_users()
    assert versions(many) == {schema.current_version()}


def test_a_missing_volume_is_not_taken_for_nobody() -> None:
    shutil.rmtree(users_root())
    with pytest.raises(CommandError, match="is the volume mounted"):
        migrate_users()


def test_sigkill_half_way_and_again(many: list[str], migration: Callable[..., None]) -> None:
    migration("0003_colour", [ADD_COLUMN])
    really_migrate = Together.migrate
    fifth = list(all_user_folders())[4]

    def migrate(self: Together, user_id: str) -> bool | None:
        if user_id == fifth:
            os.killpg(0, signal.SIGKILL)
        return really_migrate(self, user_id)

    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            sweep.CHUNK = 2
            Together.migrate = migrate  # type: ignore[method-assign]
            migrate_users(processes=1)
        finally:
            os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert versions(many) == {schema.current_version() - 1, schema.current_version()}
    migrate_users()
    assert versions(many) == {schema.current_version()}


@pytest.fixture
def everybody_is_gone() -> Iterator[Callable[[], bool]]:
    """Whether every process that was forked meanwhile has ended: each holds one end of a pipe."""
    ours, theirs = os.pipe()

    def wait() -> bool:
        os.close(theirs)
        return bool(select.select([ours], [], [], 10)[0])

    yield wait
    os.close(ours)


def test_a_sweep_that_is_killed_leaves_no_process_behind(
    many: list[str], migration: Callable[..., None], everybody_is_gone: Callable[[], bool]
) -> None:
    migration("0003_colour", [ADD_COLUMN])
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            sweep_id = os.getpid()
            Together.migrate = lambda self, user_id: os.kill(sweep_id, signal.SIGTERM)  # type: ignore[assignment, method-assign]
            migrate_users()
        finally:
            os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGTERM
    try:
        assert everybody_is_gone()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)


def test_the_header_is_only_a_hint(anna: str, migration: Callable[..., None]) -> None:
    """What is still in the log is not in the header yet."""
    pools.pool.close_idle()
    path = user_db_path(anna)
    assert sweep.seems_current(str(path))
    with user_db(anna), user_transaction(anna):
        ledger.debit(job_id="j", cost_cents=1)
    assert path.with_name("user.sqlite3-wal").exists()
    assert not sweep.seems_current(str(path))
    migration("0003_colour", [ADD_COLUMN])
    pools.pool.close_idle()
    assert not sweep.seems_current(str(path))


def test_progress_says_how_far_how_fast_and_how_long_still(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, *[10.0] * 20])
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    stream: Any = StringIO()
    with progress.Progress("files migrated", 400, stream) as line:
        line.step(100)
    assert "25%  100 of 400 files migrated, 10/s, 30 s left" in stream.getvalue()
