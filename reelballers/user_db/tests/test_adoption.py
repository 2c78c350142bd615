"""Files of Reel Ballers' earlier schema are taken over in place with every cent and every table."""

import sqlite3
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from reelballers.user_db import look, user_db, user_db_path, user_transaction
from reelballers.user_db import pool as pools
from reelballers.user_db.errors import UserDatabaseUnusable
from wallet import ledger
from wallet.errors import AlreadyRefunded, InsufficientFunds
from wallet.models import Debit, LedgerEntry, Topup, Wallet

EARLIER_SCHEMA = """
    CREATE TABLE wallet (
        id INTEGER PRIMARY KEY CHECK (id = 1), balance_cents INTEGER NOT NULL DEFAULT 0, updated_at TEXT);
    CREATE TABLE ledger (id INTEGER PRIMARY KEY AUTOINCREMENT, change_cents INTEGER NOT NULL, reason TEXT NOT NULL,
        job_id TEXT, stripe_payment_id TEXT, created_at TEXT);
    CREATE INDEX ledger_job ON ledger (job_id);
    CREATE TRIGGER touch AFTER INSERT ON ledger BEGIN UPDATE wallet SET updated_at = 'now'; END;
    CREATE TABLE clips (id INTEGER PRIMARY KEY, title TEXT, paid_by INTEGER REFERENCES ledger(id));
    CREATE TABLE projects (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE reels (id INTEGER PRIMARY KEY, project INTEGER REFERENCES projects(id));
    CREATE VIEW spent AS SELECT SUM(change_cents) FROM ledger WHERE change_cents < 0;
    INSERT INTO projects VALUES (7, 'Cup final');
    INSERT INTO reels VALUES (1, 7);
"""
LINES = [
    (500, "topup", None, "cs_test_old", "2025-01-02T03:04:05Z"),
    (-30, "debit", "job1", None, "2025-01-03 10:00:00"),
    (30, "refund", "job1", None, "2025-01-03 10:05:00+02:00"),
    (-8, "debit", "job2", None, "1736000000"),
    (1000, "topup", None, "pi_old", "not a time"),
    (50, "promo", None, None, None),
    (-5, "weird", None, None, "2025-02-01"),
    (0, "bonus", None, None, "2025-02-01 00:00:00"),
]
SUM_CENTS = sum(line[0] for line in LINES)


@pytest.fixture
def earlier_user(new_user: Callable[[], str]) -> Callable[..., str]:
    """Makes a user whose file is an earlier one: `earlier_user(balance, lines)`."""

    def make(balance_cents: int | None = SUM_CENTS, lines: list[Any] = LINES, extra: str = "") -> str:
        user_id = new_user()
        user_db_path(user_id).unlink()
        write_earlier(user_db_path(user_id), balance_cents, lines, extra)
        return user_id

    return make


def write_earlier(path: Path, balance_cents: int | None, lines: list[Any], extra: str = "") -> None:
    db = sqlite3.connect(path)
    db.executescript(EARLIER_SCHEMA)
    if balance_cents is not None:
        db.execute("INSERT INTO wallet VALUES (1, ?, '2025-03-01T00:00:00Z')", (balance_cents,))
    db.executemany(
        "INSERT INTO ledger (change_cents, reason, job_id, stripe_payment_id, created_at) VALUES (?, ?, ?, ?, ?)",
        lines,
    )
    db.execute("INSERT INTO clips SELECT 1, 'Goal', MAX(id) - 1 FROM ledger")
    db.executescript(extra)
    db.commit()
    db.close()


def rows(user_id: str, sql: str) -> list[tuple[Any, ...]]:
    with look(user_id) as db:
        return [tuple(row) for row in db.execute(sql)]


def audit() -> str:
    call_command("user_db", "reindex", stdout=StringIO())
    out = StringIO()
    call_command("audit", stdout=out)
    return out.getvalue()


def test_every_row_and_the_balance_are_kept(earlier_user: Callable[..., str]) -> None:
    user_id = earlier_user()
    with user_db(user_id):
        assert Wallet.objects.get().balance_cents == SUM_CENTS
        adopted = LedgerEntry.objects.order_by("id").values_list("id", "change_cents", "reason", "note")
        assert list(adopted) == [
            (1, 500, "topup", ""),
            (2, -30, "debit", ""),
            (3, 30, "refund", ""),
            (4, -8, "debit", ""),
            (5, 1000, "topup", ""),
            (6, 50, "adjustment", "was 'promo'"),
            (7, -5, "adjustment", "was 'weird'"),
        ]
    kept = rows(
        user_id, "SELECT change_cents, reason, job_id, stripe_payment_id, created_at FROM earlier_ledger"
    )
    assert kept == LINES


def test_the_adopted_file_passes_the_audit(earlier_user: Callable[..., str]) -> None:
    with user_db(earlier_user()):
        pass
    assert audit() == "audit: ok (1 wallets, 7 lines)\n"


def test_times_are_kept_in_order_and_in_utc(earlier_user: Callable[..., str]) -> None:
    user_id = earlier_user()
    with user_db(user_id):
        times = [f"{line.created_at:%Y-%m-%d %H:%M}" for line in LedgerEntry.objects.order_by("id")]
    assert times[:3] == ["2025-01-02 03:04", "2025-01-03 10:00", "2025-01-03 08:05"]
    assert times[3:6] == ["2025-01-04 14:13"] * 3  # unreadable and missing: as the line before


def test_tables_of_other_features_stay_whole(earlier_user: Callable[..., str]) -> None:
    user_id = earlier_user()
    with user_db(user_id):
        pass
    assert rows(user_id, "SELECT title, change_cents FROM clips JOIN ledger ON ledger.id = paid_by") == [
        ("Goal", -5)
    ]
    assert rows(user_id, "SELECT name FROM reels JOIN earlier_projects p ON p.id = reels.project") == [
        ("Cup final",)
    ]
    assert rows(user_id, "SELECT * FROM spent") == [(-43,)]
    assert rows(user_id, "PRAGMA foreign_key_check") == []
    assert rows(user_id, "SELECT COUNT(*) FROM projects") == [(0,)]


@pytest.mark.parametrize("difference", [250, -100])
def test_an_opening_line_makes_up_the_difference(earlier_user: Callable[..., str], difference: int) -> None:
    user_id = earlier_user(SUM_CENTS + difference)
    with user_db(user_id):
        first = LedgerEntry.objects.order_by("id").first()
        assert (first.change_cents, first.reason, first.reference) == (
            difference,
            "adjustment",
            "adjustment:opening",
        )
        assert first.balance_after_cents == difference
        assert Wallet.objects.get().balance_cents == SUM_CENTS + difference
    assert audit().startswith("audit: ok")


def test_running_balances_are_what_the_visitor_saw(earlier_user: Callable[..., str]) -> None:
    """Credits given without a line, then spent: the debits stay debits."""
    with user_db(earlier_user(60, [(-40, "debit", "j", None, None)])):
        seen = LedgerEntry.objects.order_by("id").values_list("reason", "balance_after_cents")
        assert list(seen) == [("adjustment", 100), ("debit", 60)]


def test_a_wallet_without_a_row_is_its_ledger(earlier_user: Callable[..., str]) -> None:
    with user_db(earlier_user(None)):
        assert Wallet.objects.get().balance_cents == SUM_CENTS


def test_an_empty_earlier_file_is_an_empty_wallet(earlier_user: Callable[..., str]) -> None:
    with user_db(earlier_user(0, [])):
        assert Wallet.objects.get().balance_cents == 0
        assert LedgerEntry.objects.count() == 0


def test_a_balance_without_lines_is_kept(earlier_user: Callable[..., str]) -> None:
    with user_db(earlier_user(321, [])):
        assert LedgerEntry.objects.get().balance_after_cents == 321
    assert audit().startswith("audit: ok")


def test_what_our_rules_refuse_is_kept_as_an_adjustment(earlier_user: Callable[..., str]) -> None:
    lines = [
        (10, "topup", None, None, None),
        (-25, "debit", "deep", None, None),
        (100, "refund", "never", None, None),
        (-1, "topup", None, None, None),
        (-10, "debit", "twice", None, None),
        (-10, "debit", "twice", None, None),
        (15, "refund", "twice", None, None),
        (15, "refund", "twice", None, None),
        (-3, "debit", None, None, None),
    ]
    with user_db(earlier_user(sum(line[0] for line in lines), lines)):
        assert list(LedgerEntry.objects.order_by("id").values_list("reason", "note")) == [
            ("topup", ""),
            ("adjustment", "was 'debit'"),
            ("adjustment", "was 'refund'"),
            ("adjustment", "was 'topup'"),
            ("debit", ""),
            ("debit", ""),
            ("refund", ""),
            ("adjustment", "was 'refund'"),
            ("debit", ""),
        ]
        assert list(Debit.objects.values_list("job_id", "cost_cents", "refunded_cents")) == [
            ("twice", 20, 15)
        ]
    assert audit().startswith("audit: ok")


def test_an_earlier_session_is_never_credited_again(earlier_user: Callable[..., str]) -> None:
    user_id = earlier_user()
    with user_transaction(user_id):
        again = ledger.credit_topup(session_id="cs_test_old", credits_cents=500, payment_id="pi_of_it")
        assert not again.is_new
    with user_db(user_id):
        assert Wallet.objects.get().balance_cents == SUM_CENTS


@pytest.mark.parametrize(("session_id", "payment_intent"), [("cs_test_old", "pi_new"), ("cs_new", "pi_old")])
@pytest.mark.parametrize("is_indexed", [False, True])
def test_a_webhook_for_an_earlier_payment_credits_nothing(
    earlier_user: Callable[..., str], session_id: str, payment_intent: str, is_indexed: bool
) -> None:
    from wallet.payments import fulfil

    user_id = earlier_user()
    credits_cents = 500 if session_id == "cs_test_old" else 1000
    if is_indexed:
        call_command("user_db", "reindex", stdout=StringIO())
    session = {
        "id": session_id,
        "object": "checkout.session",
        "payment_intent": payment_intent,
        "payment_status": "paid",
        "status": "complete",
        "mode": "payment",
        "currency": "usd",
        "livemode": False,
        "amount_subtotal": credits_cents,
        "amount_total": credits_cents,
        "metadata": {"user_id": user_id, "credits": str(credits_cents)},
    }
    for _ in range(2):
        fulfil.fulfil(session)
    with user_db(user_id):
        assert Wallet.objects.get().balance_cents == SUM_CENTS
        assert Topup.objects.filter(status="paid").count() == 2


def test_a_repeated_debit_of_an_earlier_job_takes_nothing(earlier_user: Callable[..., str]) -> None:
    user_id = earlier_user()
    with user_transaction(user_id):
        assert not ledger.debit(job_id="job2", cost_cents=8).is_new
        with pytest.raises(AlreadyRefunded):
            ledger.debit(job_id="job1", cost_cents=30)


def test_the_adopted_wallet_goes_on(earlier_user: Callable[..., str]) -> None:
    user_id = earlier_user()
    with user_transaction(user_id):
        assert ledger.debit(job_id="new", cost_cents=37).balance_cents == SUM_CENTS - 37
        with pytest.raises(InsufficientFunds):
            ledger.debit(job_id="more", cost_cents=10_000)
        newest = LedgerEntry.objects.latest("id")
    assert newest.id == 9  # line 8 moved nothing; its id is not given again
    assert audit().startswith("audit: ok")


def test_an_id_once_given_is_not_given_again(earlier_user: Callable[..., str]) -> None:
    user_id = earlier_user(extra="UPDATE sqlite_sequence SET seq = 40 WHERE name = 'ledger'")
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=1, form_id="f", actor="op", note="")
        assert LedgerEntry.objects.latest("id").id == 41


def test_a_file_that_cannot_be_adopted_stays_as_it_was(earlier_user: Callable[..., str]) -> None:
    user_id = earlier_user(extra="INSERT INTO ledger (change_cents, reason) VALUES (1.5, 'half a cent')")
    before = rows(user_id, "SELECT name, sql FROM sqlite_master")
    with pytest.raises(UserDatabaseUnusable, match=r"1\.5"), user_db(user_id):
        pass
    assert rows(user_id, "SELECT name, sql FROM sqlite_master") == before
    assert rows(user_id, "PRAGMA user_version") == [(0,)]


def test_an_earlier_file_with_a_version_of_its_own_is_adopted_too(earlier_user: Callable[..., str]) -> None:
    with user_db(earlier_user(extra="PRAGMA user_version = 12")):
        assert Wallet.objects.get().balance_cents == SUM_CENTS


def test_a_database_of_something_else_is_refused(anna: str) -> None:
    pools.pool.close_idle()
    user_db_path(anna).unlink()
    db = sqlite3.connect(user_db_path(anna))
    db.execute("CREATE TABLE notes (id)")
    db.close()
    with pytest.raises(UserDatabaseUnusable, match="no wallet"), user_db(anna):
        pass
