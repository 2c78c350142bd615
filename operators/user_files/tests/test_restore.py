"""A copy put in place is what everybody sees from then on, and Stripe's later words are written again."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from operators.user_files.export import export
from operators.user_files.restore import restore
from reelballers.user_db import look_at, swap, user_db, user_db_path, user_transaction
from reelballers.user_db import pool as pools
from reelballers.user_db.errors import UserDatabaseReplaced
from reelballers.user_db.paths import users_root
from reelballers.user_db.tests.test_adoption import LINES, SUM_CENTS, write_earlier
from sandbox.testing import RunningSandbox
from wallet import ledger
from wallet.models import Wallet
from wallet.payments import reversals
from wallet.shared.models import PaymentIndex
from wallet.stripe import api as stripe_api


def give(user_id: str, amount_cents: int, form_id: str) -> None:
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=amount_cents, form_id=form_id, actor="op", note="")


def balance(user_id: str) -> int:
    with user_db(user_id):
        return Wallet.objects.get().balance_cents


def command(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def copy(user_id: str, tmp_path: Path) -> Path:
    give(user_id, 100, "before")
    return export(user_id, tmp_path / "out") / "user.sqlite3"


def test_everybody_sees_the_copy(user_id: str, copy: Path) -> None:
    give(user_id, 11, "after")
    replaced = restore(user_id, copy)
    assert balance(user_id) == 100
    assert replaced is not None
    with look_at(replaced) as db:
        assert db.execute("SELECT balance_cents FROM wallet").fetchone()[0] == 111


def test_an_open_connection_reads_on_and_cannot_write(user_id: str, copy: Path) -> None:
    give(user_id, 11, "after")
    with user_db(user_id):
        done = subprocess.run(
            [sys.executable, "-c", _RESTORE, user_id, str(copy)], env=_environment(), check=False
        )
        assert done.returncode == 0
        assert Wallet.objects.get().balance_cents == 111
        with pytest.raises(UserDatabaseReplaced), user_transaction(user_id):
            pytest.fail("the block must not run")
    pools.pool.close_idle()  # closing the old file must not delete the new one's log
    give(user_id, 5, "again")
    pools.pool.close_idle()
    assert balance(user_id) == 105


_RESTORE = """
import os, sys, django
from pathlib import Path
django.setup()
from django.conf import settings
settings.DATA_DIR = Path(os.environ["TEST_DATA_DIR"])
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DEFAULT"]
from operators.user_files.restore import restore
restore(sys.argv[1], Path(sys.argv[2]))
"""


def _environment() -> dict[str, str]:
    from django.conf import settings

    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "reelballers.settings_test",
        "TEST_DATA_DIR": str(settings.DATA_DIR),
        "TEST_DEFAULT": str(settings.DATABASES["default"]["NAME"]),
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
    }


def test_a_lost_file_comes_back(user_id: str, copy: Path) -> None:
    pools.pool.close_idle()
    user_db_path(user_id).unlink()
    assert restore(user_id, copy) is None
    assert balance(user_id) == 100


def test_a_damaged_file_is_replaced(user_id: str, copy: Path) -> None:
    pools.pool.close_idle()
    user_db_path(user_id).write_bytes(b"rubbish" * 1000)
    restore(user_id, copy)
    assert balance(user_id) == 100


def test_a_bad_copy_replaces_nothing(user_id: str, copy: Path) -> None:
    db = sqlite3.connect(copy)
    db.executescript("DROP TRIGGER ledger_refuses_update; UPDATE ledger SET note = 'x'")
    db.close()
    give(user_id, 11, "after")
    with pytest.raises(CommandError, match="hash chain"):
        command("user_db", "restore", user_id, str(copy), "--no-stripe")
    assert balance(user_id) == 111
    assert [path.name for path in user_db_path(user_id).parent.glob("restoring*")] == []


def test_a_copy_of_anothers_file_is_refused(
    user_id: str, copy: Path, buy: Callable[..., str], new_user: Callable[[], str], tmp_path: Path
) -> None:
    """A slip of the hand: both would have the credits, and the wrong one the refunds."""
    buyer = new_user()
    buy(buyer, 500)
    theirs = export(buyer, tmp_path / "theirs") / "user.sqlite3"
    with pytest.raises(CommandError, match=f"a copy of user {buyer}'s file"):
        command("user_db", "restore", user_id, str(theirs))
    assert balance(user_id) == 100


def test_no_copy_at_all_is_refused_in_words(user_id: str, tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"rubbish" * 1000)
    with pytest.raises(CommandError, match="rubbish: file is not a database"):
        command("user_db", "restore", user_id, str(rubbish))


def test_it_says_so_when_somebody_goes_on_writing(
    user_id: str, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "LOCK_SECONDS", 0.05)
    with user_transaction(user_id), pytest.raises(CommandError, match="locked; run it again"):
        command("user_db", "restore", user_id, str(copy))
    assert [path.name for path in user_db_path(user_id).parent.glob("re*")] == []


def test_nothing_is_restored_below_a_missing_volume(user_id: str, copy: Path) -> None:
    """The folder it would make is what tells everybody else that the volume is there."""
    shutil.rmtree(users_root())
    for arguments in (("restore", user_id, str(copy)), ("reindex",)):
        with pytest.raises(CommandError, match="is the volume mounted"):
            command("user_db", *arguments)
    assert not users_root().exists()


def test_an_earlier_file_is_put_in_place(user_id: str, tmp_path: Path) -> None:
    write_earlier(tmp_path / "old.db", SUM_CENTS, LINES)
    said = command("user_db", "restore", user_id, str(tmp_path / "old.db"), "--no-stripe")
    assert "payments" in said
    assert balance(user_id) == SUM_CENTS
    assert command("audit").startswith("audit: ok")


def test_what_was_paid_and_refunded_since_is_written_again(
    user_id: str, copy: Path, buy: Callable[..., str], sandbox: RunningSandbox
) -> None:
    session_id = buy(user_id, 500)
    row = PaymentIndex.objects.get(pk=session_id)
    refund = stripe_api.create_refund(
        payment_intent_id=row.payment_intent_id, amount_cents=200, form_id="x", idempotency_key="k"
    )
    reversals.apply_refund(row, refund)
    assert balance(user_id) == 100 + 500 - 200
    for _ in range(2):
        assert "asked Stripe about 1 payments" in command("user_db", "restore", user_id, str(copy))
        assert balance(user_id) == 400
    assert command("audit").startswith("audit: ok")
