"""Files that are migrated together: what a power cut or SIGKILL would leave of them at each of the two syncs."""

import os
import signal
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import migrations, models

from reelballers.user_db import look, schema, sweep, together, user_db, user_db_path
from reelballers.user_db import pool as pools

ADD_COLUMN = migrations.AddField("wallet", "colour", models.TextField(default="blue"))
# More than SQLite would by itself keep in a log.
ADD_MUCH = migrations.RunSQL("CREATE TABLE much AS SELECT randomblob(5000000) AS body")


@pytest.fixture
def behind(new_user: Callable[[], str], migration: Callable[..., None]) -> list[str]:
    """Users whose files are closed and have a migration before them."""
    users = [new_user() for _ in range(3)]
    migration("0003_more", [ADD_COLUMN, ADD_MUCH])
    pools.pool.close_idle()
    return users


def bytes_of(users: list[str], suffix: str = "") -> list[bytes]:
    return [Path(f"{user_db_path(user_id)}{suffix}").read_bytes() for user_id in users]


@pytest.fixture
def syncs(behind: list[str], monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[bytes], list[bytes]]]:
    """What the files and their logs hold at each sync."""
    seen = []
    monkeypatch.setattr(
        together, "sync_all", lambda _: seen.append((bytes_of(behind), bytes_of(behind, "-wal")))
    )
    return seen


def version_of(folder: Path, file: bytes, log: bytes) -> int:
    """What a restart would find, if it is whole."""
    (folder / "user.sqlite3").write_bytes(file)
    (folder / "user.sqlite3-wal").write_bytes(log)
    db = sqlite3.connect(folder / "user.sqlite3")
    assert db.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    version = schema.stamp_of(db).version
    db.close()
    return version


def torn(old: bytes, new: bytes, page_bytes: int = 2048) -> bytes:
    """Every other page had reached the disk."""
    pages = range(0, len(new), page_bytes)
    return b"".join((new if at // page_bytes % 2 else old)[at : at + page_bytes] for at in pages)


def test_no_file_is_touched_before_its_log_is_on_the_disk(behind, syncs, tmp_path) -> None:
    before = bytes_of(behind)
    assert sweep.sweep_chunk(behind).migrated == 3
    (files, logs), _ = syncs
    assert files == before
    for file, log in zip(files, logs, strict=True):
        assert version_of(tmp_path, file, log[: len(log) // 2]) == schema.current_version() - 1
        assert version_of(tmp_path, file, log) == schema.current_version()


def test_no_log_goes_before_its_file_is_on_the_disk(behind, syncs, tmp_path) -> None:
    before = bytes_of(behind)
    sweep.sweep_chunk(behind)
    _, (files, logs) = syncs
    for old, new, log in zip(before, files, logs, strict=True):
        assert new != old
        assert version_of(tmp_path, old, log) == schema.current_version()
        assert version_of(tmp_path, torn(old, new), log) == schema.current_version()
    assert not [path for user_id in behind for path in user_db_path(user_id).parent.glob("*-wal")]


@pytest.mark.parametrize("kills_at", [1, 2])
def test_killed_at_a_sync_every_file_is_whole(behind, monkeypatch, kills_at) -> None:
    child = os.fork()
    if child == 0:
        calls = iter(range(1, 3))
        monkeypatch.setattr(
            together, "sync_all", lambda _: next(calls) == kills_at and os.kill(os.getpid(), signal.SIGKILL)
        )
        sweep.sweep_chunk(behind)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    for user_id in behind:
        with look(user_id) as db:
            assert db.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            assert schema.stamp_of(db).version == schema.current_version()


def test_a_file_that_somebody_has_open_goes_the_ordinary_way(behind, syncs) -> None:
    reader = sqlite3.connect(user_db_path(behind[0]))
    reader.execute("SELECT COUNT(*) FROM wallet").fetchone()
    assert sweep.sweep_chunk(behind).migrated == 3
    reader.close()
    with user_db(behind[0]) as alias:
        assert alias


def test_it_waits_for_nobody_while_others_wait_for_it(behind, monkeypatch) -> None:
    """Two sweeps at once would each wait for a file of the other's."""
    reader = sqlite3.connect(user_db_path(behind[0]))
    reader.execute("SELECT COUNT(*) FROM wallet").fetchone()
    waited_for = []

    def migrate(user_id: str) -> bool:
        waited_for.append(user_id)
        assert all(is_free(other) for other in behind)
        return True

    monkeypatch.setattr(sweep, "migrate", migrate)
    done = sweep.sweep_chunk(behind)
    assert (done.migrated, done.failed, waited_for) == (3, {}, behind[:1])
    reader.close()


def is_free(user_id: str) -> bool:
    db = sqlite3.connect(user_db_path(user_id), timeout=0)
    try:
        return db.execute("SELECT COUNT(*) FROM wallet").fetchone() == (1,)
    finally:
        db.close()


def test_meanwhile_nobody_else_has_them(behind) -> None:
    batch = together.Together()
    assert batch.migrate(behind[0])
    other = sqlite3.connect(user_db_path(behind[0]), timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("SELECT COUNT(*) FROM wallet")
    with ThreadPoolExecutor(1) as threads:
        batch.finish(threads)
    assert other.execute("SELECT colour FROM wallet").fetchone() == ("blue",)
    other.close()
