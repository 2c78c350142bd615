"""Litestream follows what is written; a file, or Litestream itself, in a bad state stops nobody."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from operators.management.commands import backup as command
from operators.management.commands.backup import litestream_binary, start_litestream
from reelballers.user_db import backup, keeper, user_db, user_db_path, user_transaction
from reelballers.user_db import pool as pools
from reelballers.user_db.copies import copy_of
from reelballers.user_db.keeper import Keeper
from reelballers.user_db.swap import put_in_place, take_away
from reelballers.user_db.tests.test_backup import restored_balance
from wallet import ledger
from wallet.models import Wallet


@pytest.fixture
def backed_up(tmp_path: Path, settings: Any) -> None:
    settings.BACKUP_URL = f"file://{tmp_path}/replica"


@pytest.fixture
def litestream(backed_up: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[subprocess.Popen[bytes]]:
    """Follows users' files only: the shared database is the tests' own."""
    config = backup.litestream_config() | {"dbs": []}
    monkeypatch.setattr(backup, "litestream_config", lambda: config)
    process = start_litestream()
    yield process
    process.kill()
    process.wait(10)


@pytest.fixture
def following(litestream: Any) -> Keeper:
    """One whose scan is not due."""
    only_listening = Keeper()
    only_listening._scanned_at = time.monotonic()
    return only_listening


def write(user_id: str) -> None:
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=1, form_id="more", actor="op", note="")


def damage(user_id: str) -> None:
    pools.pool.close_idle(user_id)
    content = user_db_path(user_id).read_bytes()
    user_db_path(user_id).write_bytes(content[:4096] + b"x" * 20_000 + content[24_096:])


def scanned_at(seconds: float) -> Path:
    marker = backup.control_path().with_name("backup-marker")
    marker.touch()
    os.utime(marker, (seconds, seconds))
    return marker


def watched() -> set[str]:
    command = [litestream_binary(), "list", "-json", "-socket", str(backup.control_path())]
    listed = json.loads(subprocess.check_output(command, timeout=20))["databases"] or []
    return {Path(each["path"]).parent.name for each in listed}


def test_what_is_written_is_followed_and_let_go_when_quiet(
    following: Keeper, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(anna)
    following.round()
    assert watched() == {anna}
    monkeypatch.setattr(keeper, "QUIET_SECONDS", 0.0)
    following.round()
    assert watched() == set()


def get_stuck(following: Keeper, stuck: str, *, then: str) -> None:
    """It follows a file that cannot be synced when it hears of another one."""
    damage(stuck)
    backup.note_write(stuck)
    following.round()
    write(then)
    for _ in range(3):
        following.round()


def test_a_file_that_cannot_be_synced_holds_up_no_other(
    following: Keeper, anna: str, ben: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "QUIET_SECONDS", 0.0)
    get_stuck(following, anna, then=ben)
    assert watched() == {anna}


def test_an_outage_makes_it_follow_no_more_than_it_may(
    following: Keeper, anna: str, ben: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "MAX_WATCHED", 1)
    get_stuck(following, anna, then=ben)
    assert watched() == {anna}
    take_away(anna)
    for _ in range(2):
        following.round()
    assert watched() == {ben}


def test_more_than_it_may_follow_take_turns(
    following: Keeper, anna: str, ben: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "MAX_WATCHED", 1)
    for _ in range(6):  # each had its wallet credited, and the keeper a note of it
        following.round()
        assert len(watched()) <= 1
    in_replica = {
        path.name for path in tmp_path.glob("replica/users/*/*")
    }  # ben too, once Litestream's second is over
    assert anna in in_replica
    assert watched() == {ben}


def test_a_damaged_file_can_be_replaced(litestream: Any, anna: str, ben: str) -> None:
    damage(anna)
    backup.follow(anna)
    ready = user_db_path(anna).with_name("ready.sqlite3")
    copy_of(user_db_path(ben), ready)
    put_in_place(anna, ready)
    with user_db(anna):
        assert Wallet.objects.get().balance_cents == 7
    assert watched() == set()


def test_one_that_does_not_answer_is_not_left_behind(
    backed_up: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started anew it would follow the same files beside the first one."""
    mute = tmp_path / "mute"
    mute.write_text("#!/bin/sh\nexec sleep 60\n")
    mute.chmod(0o755)
    started, popen = [], subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *args, **how: started.append(popen(*args, **how)) or started[-1]
    )
    monkeypatch.setattr(command, "litestream_binary", lambda: str(mute))
    monkeypatch.setattr(command, "START_SECONDS", 0.2)
    with pytest.raises(CommandError, match="did not start"):
        start_litestream()
    assert [process.poll() is None for process in started] == [False]


def test_one_that_cannot_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Left behind, it would follow the same files beside the next one."""
    monkeypatch.setattr(command, "STOP_SECONDS", 0.1)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    with process:
        assert process.stdout
        process.stdout.readline()
        command.stop(process)
    assert process.returncode == -signal.SIGKILL


def test_without_litestream_files_are_replaced_and_erased(backed_up: None, anna: str, ben: str) -> None:
    ready = user_db_path(anna).with_name("ready.sqlite3")
    copy_of(user_db_path(ben), ready)
    put_in_place(anna, ready)
    take_away(anna)
    assert not user_db_path(anna).exists()


def test_the_scan_finds_what_nobody_told(
    litestream: Any, anna: str, ben: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools.pool.close_idle()
    marker = scanned_at(time.time() - 1000)
    os.utime(user_db_path(ben), (time.time() - 5000, time.time() - 5000))
    following = Keeper()
    for _ in range(3):
        following.round()
    assert watched() == {anna}
    monkeypatch.setattr(keeper, "QUIET_SECONDS", 0.0)
    following.round()
    assert marker.stat().st_mtime > time.time() - 60


def test_what_was_not_synced_is_found_again_after_a_restart(
    litestream: Any, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written and followed long ago, and the storage was away ever since."""
    scanned_at(time.time() - 1000)
    damage(anna)
    os.utime(user_db_path(anna), (time.time() - 500, time.time() - 500))
    for quiet_seconds in (30.0, 0.0):
        monkeypatch.setattr(keeper, "QUIET_SECONDS", quiet_seconds)
        first = Keeper()
        for _ in range(4):
            first.round()
        again = Keeper()
        assert anna in found_by(again)


def found_by(restarted: Keeper) -> set[str]:
    for _ in restarted._look_at_all():
        if restarted._waiting:
            break
    return set(restarted._waiting)


def test_a_scan_of_many_leaves_time_to_listen(
    backed_up: None, new_user: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        new_user()
    marker = scanned_at(time.time() + 3600)  # nothing has changed since
    monkeypatch.setattr(keeper, "SCANNED_A_ROUND", 2)
    following = Keeper()
    rounds = 0
    while marker.stat().st_mtime > time.time():
        following.round()
        rounds += 1
        assert rounds < 10
    assert rounds == 3


@pytest.fixture
def heard_of_it_too_late(following: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keeper follows the file again between the farewell and the swap."""
    really_give_up, heard = backup.give_up, []

    def give_up(user_id: str) -> None:
        really_give_up(user_id)
        if not heard:
            heard.append(user_id)
            following._follow(user_id)
            backup.call("/sync", path=str(user_db_path(user_id)), wait=True, timeout=20)

    monkeypatch.setattr(backup, "give_up", give_up)


def test_the_replica_has_the_file_that_was_put_in_place(
    heard_of_it_too_late: None, following: Keeper, anna: str, ben: str, tmp_path: Path
) -> None:
    ready = user_db_path(anna).with_name("ready.sqlite3")
    copy_of(user_db_path(ben), ready)
    put_in_place(anna, ready)
    write(anna)
    following.round()
    backup.let_go(anna)
    assert restored_balance(anna, tmp_path / "restored.sqlite3") == 8


def test_nothing_of_an_erased_user_comes_back(
    heard_of_it_too_late: None, following: Keeper, anna: str
) -> None:
    write(anna)
    take_away(anna)
    assert watched() == set()
    assert not user_db_path(anna).parent.exists()
