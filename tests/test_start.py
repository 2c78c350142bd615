"""The start: a data folder is made or brought up to date, whole or not at all."""

import signal
import subprocess
import sys
from collections.abc import Iterator
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
    return [row[2] for row in default.execute(f'PRAGMA index_info("{index}")')]
