"""An export stands alone and can be checked by anybody."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from exports.clips.media import user_prefix
from operators.user_files.export import export
from reelballers.user_db import user_db, user_db_path, user_transaction
from tests.damage import damage_page
from wallet import ledger


@pytest.fixture
def exported(user_id: str, tmp_path: Path) -> Path:
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=100, form_id="f", actor="op", note="Willkommen, Jürgen 🎉")
        ledger.debit(job_id="j", cost_cents=30)
        ledger.refund_rest(job_id="j")
    default_storage.save(f"{user_prefix(user_id)}/projects/p/source.mp4", ContentFile(b"12345"))
    with user_db(user_id):  # what is only in the log so far is exported too
        return export(user_id, tmp_path / "out")


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    """As a stranger would: another Python, nothing of ours on its path."""
    return subprocess.run(
        [sys.executable, "-I", folder / "verify.py"], capture_output=True, text=True, check=False, timeout=30
    )


def test_it_is_one_whole_folder(exported: Path) -> None:
    assert sorted(path.name for path in exported.iterdir()) == ["media.json", "user.sqlite3", "verify.py"]
    (media,) = json.loads((exported / "media.json").read_text())
    assert media["bytes"] == 5
    assert media["path"].endswith("projects/p/source.mp4")


def test_the_verifier_says_ok(exported: Path) -> None:
    done = check(exported)
    assert (done.stdout, done.returncode) == ("ok\n", 0)


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        (
            "DROP TRIGGER ledger_refuses_update; UPDATE ledger SET note = 'Bonus' WHERE id = 1",
            "line 1: the hash chain",
        ),
        (
            "DROP TRIGGER ledger_refuses_delete; DELETE FROM ledger WHERE id = 2",
            "line 3: the running balance",
        ),
        (
            "DROP TRIGGER wallet_balance_is_the_ledgers; UPDATE wallet SET balance_cents = 7",
            "the balance is 7",
        ),
        ("DROP TRIGGER wallet_refuses_delete; DELETE FROM wallet", "the balance is None"),
        ("DROP TABLE ledger", "no such table: ledger"),
    ],
)
def test_the_verifier_finds_tampering(exported: Path, tampering: str, said: str) -> None:
    db = sqlite3.connect(exported / "user.sqlite3")
    db.executescript(tampering)
    db.close()
    done = check(exported)
    assert said in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("content", [b"", b"rubbish" * 1000])
def test_the_verifier_says_what_is_no_wallet(exported: Path, content: bytes) -> None:
    (exported / "user.sqlite3").write_bytes(content)
    done = check(exported)
    assert "user.sqlite3: " in done.stdout
    assert (done.stderr, done.returncode) == ("", 1)


def test_the_command_exports_and_verifies(user_id: str, tmp_path: Path, capsys: Any) -> None:
    call_command("user_db", "export", user_id, "--to", str(tmp_path))
    call_command("user_db", "verify", user_id, "--file", str(tmp_path / user_id / "user.sqlite3"))
    call_command("user_db", "verify", user_id)
    assert capsys.readouterr().out.endswith("verified: ok\nverified: ok\n")


def test_it_says_what_is_in_the_way(user_id: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="Not a directory"):
        call_command("user_db", "export", user_id, "--to", str(tmp_path / "file"))
    damage_page(user_db_path(user_id), "topups")
    with pytest.raises(CommandError, match="malformed"):
        call_command("user_db", "export", user_id, "--to", str(tmp_path))


def test_the_command_refuses_strangers(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not a user id"):
        call_command("user_db", "export", "x", "--to", str(tmp_path))
    with pytest.raises(CommandError, match="has no file"):
        call_command("user_db", "export", "0" * 32, "--to", str(tmp_path))
