"""A user's file is born whole, once, and never in the wrong place."""

import multiprocessing
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from reelballers import visitors
from reelballers.models import User
from reelballers.user_db import (
    all_user_ids,
    create,
    create_user_db,
    has_user_db,
    look_at,
    user_db,
    user_db_path,
)
from reelballers.user_db.errors import UserDatabaseUnusable
from reelballers.user_db.paths import users_root
from wallet.models import Wallet
from wallet.tests.conftest import visit

__all__ = ["visit"]


def new_id() -> str:
    return secrets.token_hex(16)


def test_a_new_file_is_an_empty_wallet() -> None:
    user_id = new_id()
    assert create_user_db(user_id) is True
    with user_db(user_id):
        assert Wallet.objects.get().balance_cents == 0
    assert list(all_user_ids()) == [user_id]


def test_an_empty_wallet_takes_little_room(user_id: str) -> None:
    """A hundred thousand of them should fit into a page cache: 42 pages of 2 KB."""
    assert user_db_path(user_id).stat().st_size <= 42 * 2048


def test_creating_never_touches_an_existing_file(anna: str) -> None:
    assert create_user_db(anna) is False
    with user_db(anna):
        assert Wallet.objects.get().balance_cents == 100


def test_only_the_file_itself_is_left_behind() -> None:
    user_id = new_id()
    create_user_db(user_id)
    assert [path.name for path in user_db_path(user_id).parent.iterdir()] == ["user.sqlite3"]


def test_a_crash_while_writing_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    user_id = new_id()

    def crash(path: Path, content: bytes) -> None:
        path.write_bytes(content[:1000])
        raise OSError("No space left on device")

    monkeypatch.setattr(create, "_write_synced", crash)
    with pytest.raises(OSError, match="No space"):
        create_user_db(user_id)
    assert not has_user_db(user_id)
    monkeypatch.undo()


def test_two_creators_make_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one is faster by the moment between our look and our link."""
    user_id = new_id()
    really_write = create._write_synced
    born: list[int] = []

    def write_late(path: Path, content: bytes) -> None:
        really_write(path, content)
        if not born:
            born.append(0)
            create_user_db(user_id)
            born[0] = user_db_path(user_id).stat().st_ino

    monkeypatch.setattr(create, "_write_synced", write_late)
    assert create_user_db(user_id) is False
    assert user_db_path(user_id).stat().st_ino == born[0]


def _create_all(user_ids: list[str], start: Any, wins: Any) -> None:
    start.wait(10)
    wins.put(sum(create_user_db(user_id) for user_id in user_ids))


def test_processes_that_race_make_each_file_once() -> None:
    create.template_path()
    context = multiprocessing.get_context("fork")
    start, wins = context.Event(), context.Queue()
    user_ids = [new_id() for _ in range(30)]
    racers = [context.Process(target=_create_all, args=(user_ids, start, wins)) for _ in range(3)]
    for racer in racers:
        racer.start()
    start.set()
    assert sum(wins.get(timeout=20) for _ in racers) == 30
    for racer in racers:
        racer.join(20)
    assert sorted(all_user_ids()) == sorted(user_ids)


def test_the_template_is_closed_and_whole() -> None:
    """A template copied while its -wal held the schema would give birth to empty files."""
    for template in users_root().glob(".template-*"):
        template.unlink()
    template = create.template_path()
    assert [path.name for path in users_root().glob(".template-*")] == [template.name]
    alone = template.with_name("alone.sqlite3")
    shutil.copyfile(template, alone)
    with look_at(alone) as db:
        assert db.execute("SELECT balance_cents FROM wallet").fetchone()[0] == 0
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_an_unmounted_volume_makes_no_wallet() -> None:
    shutil.rmtree(users_root())
    with pytest.raises(UserDatabaseUnusable, match="is the volume mounted"):
        create_user_db(new_id())
    assert not users_root().exists()


@pytest.mark.parametrize("is_known", [False, True])
def test_nobody_is_known_to_have_a_wallet_before_the_file_is_there(
    client: Client, visit: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    """The disk is full: a row without a file would be a lost wallet for ever."""

    def full(user_id: str) -> bool:
        raise OSError("No space left on device")

    monkeypatch.setattr(visitors, "create_user_db", full)
    browser = visit(User.objects.create(password="!").id) if is_known else client
    browser.raise_request_exception = False
    answer = browser.post("/api/topup", {"amount_cents": 500}, content_type="application/json")
    assert answer.status_code == 500
    assert not User.objects.filter(wallet_created_at__isnull=False).exists()


@pytest.mark.parametrize("user_id", ["", "..", "a/b", "A" * 32, "0" * 31])
def test_only_exact_ids_become_paths(user_id: str) -> None:
    with pytest.raises(ValueError, match="not a user id"):
        create_user_db(user_id)
    assert not has_user_db(user_id)
