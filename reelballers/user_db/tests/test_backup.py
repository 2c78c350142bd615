"""What was synced is there after everything was killed and the data folder is gone."""

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from django.conf import settings
from moto.server import ThreadedMotoServer

from reelballers.user_db import backup, create_user_db, look_at, user_db_path, user_transaction
from reelballers.user_db.paths import users_root
from wallet import ledger

ROOT = Path(__file__).resolve().parents[3]
WRITER = """
import os, random, sys, time, django
django.setup()
from reelballers.user_db import user_transaction
from wallet import ledger
users, number = sys.argv[2:], 0
while True:
    user_id = random.choice(users)
    with user_transaction(user_id):
        done = ledger.give_bonus(amount_cents=1, form_id=f"{sys.argv[1]}-{number}", actor="op", note="")
    os.write(1, f"{user_id} {done.balance_cents} {time.time()}\\n".encode())
    number += 1
    time.sleep(0.002)
"""


@pytest.fixture
def replica(
    request: pytest.FixtureRequest, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """BACKUP_URL: a folder, or with `s3` a bucket of a server on a port."""
    settings.BACKUP_URL = f"file://{tmp_path}/replica"
    if getattr(request, "param", "file") == "file":
        yield settings.BACKUP_URL
        return
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1").create_bucket(Bucket="backup")
    settings.BACKUP_URL = f"s3://backup/wallets?endpoint={endpoint}&forcePathStyle=true"
    yield settings.BACKUP_URL
    server.stop()


@pytest.fixture
def environment(replica: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STRIPE_")}
    return {
        **inherited,
        "DATA_DIR": str(settings.DATA_DIR),
        "BACKUP_URL": replica,
        "DJANGO_SETTINGS_MODULE": "reelballers.settings",
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def backup_runs(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "backup"], cwd=ROOT, env=environment, start_new_session=True
    )
    wait_for(lambda: backup.control_path().exists() and backup.notes_path().exists(), 60)
    yield process
    kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def wait_for(happened: Callable[[], bool], seconds: float) -> None:
    give_up = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < give_up, "it did not happen"
        time.sleep(0.05)


def restored_balance(user_id: str, to: Path) -> int:
    from operators.management.commands.backup import litestream_binary

    subprocess.run(
        [litestream_binary(), "restore", "-o", str(to), backup.replica_url(user_id)],
        check=True,
        capture_output=True,
        timeout=60,
    )
    with look_at(to) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        balance, summed = db.execute(
            "SELECT balance_cents, (SELECT SUM(change_cents) FROM ledger) FROM wallet"
        ).fetchone()
    assert balance == summed
    return balance


def test_nothing_is_sent_while_backup_is_off(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BACKUP_URL = ""
    monkeypatch.setattr(backup, "_sender", None)
    monkeypatch.setattr(backup.socket, "socket", lambda *args: pytest.fail("no socket is made"))
    backup.note_write("0" * 32)


def test_a_write_never_waits_for_the_keeper(replica: str, user_id: str) -> None:
    with user_transaction(user_id):  # nobody listens
        ledger.give_bonus(amount_cents=1, form_id="f", actor="op", note="")


def test_a_committed_write_does_not_fail_for_want_of_a_descriptor(
    replica: str, user_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*args: Any) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(backup, "_sender", None)
    monkeypatch.setattr(backup.socket, "socket", none_left)
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=1, form_id="f", actor="op", note="")


@pytest.mark.parametrize("url", ["s3://b/p?endpoint=http://h", "s3://b/p/?endpoint=http://h"])
def test_an_endpoint_stays_at_the_end(settings: Any, url: str) -> None:
    settings.BACKUP_URL = url
    shard = user_db_path("0" * 32).parent.parent.name
    assert backup.replica_url("0" * 32) == f"s3://b/p/users/{shard}/{'0' * 32}?endpoint=http://h"


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("replica", "users", "wanted_writes"), [("file", 200, 3000), ("s3", 40, 600)], indirect=["replica"]
)
def test_active_users_survive_the_loss_of_everything(
    replica: str,
    users: int,
    wanted_writes: int,
    backup_runs: subprocess.Popen[bytes],
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    user_ids = [f"{number:032x}" for number in range(users)]
    for user_id in user_ids:
        create_user_db(user_id)
    log = tmp_path / "acknowledged"
    with log.open("wb") as acknowledged:
        writers = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(number), *user_ids[number::2]],
                env=environment,
                stdout=acknowledged,
                start_new_session=True,
            )
            for number in range(2)
        ]
        _wait_for_writes(wanted_writes, log)
        synced = {user_id: _synced_balance(user_id) for user_id in user_ids}
        _wait_for_writes(wanted_writes // 2, log)
        killed_at = time.time()
        for process in (*writers, backup_runs):
            kill(process)
    last: dict[str, list[tuple[int, float]]] = {user_id: [] for user_id in user_ids}
    for line in log.read_text().splitlines():
        user_id, balance, at = line.split()
        last[user_id].append((int(balance), float(at)))
    subprocess.run(["rm", "-rf", str(users_root())], check=True)
    lost_seconds = 0.0
    for user_id in user_ids:
        balance = restored_balance(user_id, tmp_path / f"{user_id}.sqlite3")
        assert balance >= synced[user_id]
        lost = [killed_at - at for seen, at in last[user_id] if seen > balance]
        lost_seconds = max([lost_seconds, *lost])
    writes = sum(map(len, last.values()))
    said = f"{writes} writes by {users} users to {replica.split(':')[0]}"
    print(f"\n{said}; lost: those of the last {lost_seconds:.1f} s")  # noqa: T201 - what the slow run is for


def _wait_for_writes(more: int, log: Path) -> None:
    before = len(log.read_bytes().splitlines())
    wait_for(lambda: len(log.read_bytes().splitlines()) > before + more, 120)


def _synced_balance(user_id: str) -> int:
    """A balance that surely reached the replica: read first, then synced."""
    with look_at(user_db_path(user_id)) as db:
        balance = db.execute("SELECT balance_cents FROM wallet").fetchone()[0]
    backup.call("/register", path=str(user_db_path(user_id)), replica_url=backup.replica_url(user_id))
    backup.call("/sync", path=str(user_db_path(user_id)), wait=True, timeout=20)
    return balance
