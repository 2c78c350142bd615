"""The start: several processes bring one data folder up to date, and nobody is served before that is done."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pysqlite3
import pytest

from tests.product import ROOT, Product

DEADLINE_SECONDS = 60
KILLED_WHILE_RECORDING = """
import os, signal, django
django.setup()
from django.core.management import call_command
from django.db import connection

def kill(execute, sql, *rest):
    if sql.startswith('INSERT INTO "django_migrations"'):
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, *rest)

with connection.execute_wrapper(kill):
    call_command("setup")
"""


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    product = Product(tmp_path / "product")
    product.data_dir.mkdir()
    yield product
    product.kill()


def test_two_setups_at_once_make_one_database(product: Product) -> None:
    both = [start(product, "manage.py", "setup") for _ in range(2)]
    said = [each.communicate(timeout=DEADLINE_SECONDS)[0] for each in both]
    assert [each.returncode for each in both] == [0, 0], said
    assert sum("creating the shared database" in text for text in said) == 1


def test_who_comes_before_the_databases_waits_for_them(product: Product) -> None:
    with (product.data_dir / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        product.begin()
        wait_until(lambda: waiting_for(lock.fileno()) == 2)  # web and worker
        with socket.socket() as visitor:
            assert visitor.connect_ex(("127.0.0.1", product.port)) != 0
        assert not (product.data_dir / "users").exists()
    product.wait_until_ready()  # the worker was seen too


def test_a_setup_that_fails_ends_the_product_and_says_why(product: Product) -> None:
    product.manage("setup")
    add_user_with_wallet(product.data_dir)
    (product.data_dir / "users").rename(product.data_dir / "lost")
    product.begin()
    assert product.wait() == 1
    assert "is not there but users have wallets: mount the volume" in product.log_path.read_text()


@pytest.mark.slow
def test_a_setup_that_was_killed_is_done_again(product: Product) -> None:
    product.environment["DJANGO_SETTINGS_MODULE"] = "reelballers.settings"
    killed = start(product, "-c", KILLED_WHILE_RECORDING)
    killed.communicate(timeout=DEADLINE_SECONDS)
    assert killed.returncode == -signal.SIGKILL
    assert "ready" in product.manage("setup").stdout


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_tables_made_from_models_are_those_of_the_history(product: Product, tmp_path: Path) -> None:
    """dj-stripe's migrations cost a minute of CPU; a new folder's are recorded as done instead."""
    product.manage("setup")
    history = Product(tmp_path / "history")
    history.manage("migrate", timeout_seconds=500)
    assert tables(product.data_dir) == tables(history.data_dir)


def start(product: Product, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=product.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def waiting_for(descriptor: int) -> int:
    """How many processes wait for the lock on an open file."""
    ending = f":{os.fstat(descriptor).st_ino} 0 EOF"
    locks = Path("/proc/locks").read_text().splitlines()
    return sum("->" in line and line.endswith(ending) for line in locks)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def add_user_with_wallet(data_dir: Path) -> None:
    default = pysqlite3.connect(data_dir / "default.sqlite3")
    default.execute(
        "INSERT INTO reelballers_user"
        " (id, password, is_superuser, is_guest, is_staff, is_active, created_at, wallet_created_at)"
        " VALUES (?, '!', 0, 1, 0, 1, '2026-01-01', '2026-01-01')",
        ["a" * 32],
    )
    default.commit()
    default.close()


def tables(data_dir: Path) -> dict[str, list[tuple]]:
    """Columns, indexes and foreign keys of every table, whatever their order and the indexes' names."""
    default = pysqlite3.connect(data_dir / "default.sqlite3")
    names = [row[0] for row in default.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {
        name: sorted(
            [("column", *row[1:4], row[5]) for row in default.execute(f'PRAGMA table_info("{name}")')]
            + [("key", *row[2:5]) for row in default.execute(f'PRAGMA foreign_key_list("{name}")')]
            + [
                ("index", row[2], *columns(default, row[1]))
                for row in default.execute(f'PRAGMA index_list("{name}")')
            ]
        )
        for name in names
    }
    default.close()
    return found


def columns(default: pysqlite3.Connection, index: str) -> list[str]:
    """An expression's name is None."""
    return [str(row[2]) for row in default.execute(f'PRAGMA index_info("{index}")')]
