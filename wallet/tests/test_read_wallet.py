"""GET /api/wallet, /api/wallet/ledger and /api/wallet/statement."""

import csv
import io

import pytest

from reelballers.models import User
from reelballers.user_db import user_db_path, user_transaction
from wallet import ledger
from wallet.models import Wallet
from wallet.tests.factory import give, new_id

EMPTY = {"balance_cents": 0, "currency": "usd", "debt_cents": 0, "is_frozen": False}


def test_without_a_session_it_is_zero_and_makes_nothing(client, db):
    answer = client.get("/api/wallet")
    assert (answer.status_code, answer.json()) == (200, EMPTY)
    assert not User.objects.exists()
    assert "session" not in answer.cookies


def test_it_tells_the_balance(visitor, user_id):
    give(user_id, 120)
    assert visitor.get("/api/wallet").json() == EMPTY | {"balance_cents": 120}


def test_it_tells_a_debt_and_a_freeze(visitor, user_id):
    with user_transaction(user_id):
        ledger.settle_reversal(
            topup_id="t", number=1, change_cents=-30, payment_id=None, actor="stripe", note=""
        )
        Wallet.objects.update(is_frozen=True)
    told = EMPTY | {"balance_cents": -30, "debt_cents": 30, "is_frozen": True}
    assert visitor.get("/api/wallet").json() == told


@pytest.mark.parametrize("path", ["wallet", "wallet/ledger", "wallet/statement?month=2026-11", "topup/cs_1"])
def test_a_lost_file_is_503_never_an_empty_wallet(visitor, user_id, path):
    user_db_path(user_id).rename(user_db_path(user_id).with_name("lost"))
    answer = visitor.get(f"/api/{path}")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_the_ledger_is_newest_first_and_paged(visitor, user_id):
    for number in range(55):
        give(user_id, number + 1)
    first = visitor.get("/api/wallet/ledger").json()
    rest = visitor.get(first["next"]).json()
    changes = [line["change_cents"] for line in first["results"] + rest["results"]]
    assert changes == list(range(55, 0, -1))
    assert (len(first["results"]), rest["next"]) == (50, None)
    assert set(first["results"][0]) == {
        "id", "change_cents", "balance_after_cents", "reason", "job_id", "note", "created_at",
    }  # fmt: skip


def test_nobody_has_an_empty_ledger(client, db):
    assert client.get("/api/wallet/ledger").json() == {"next": None, "previous": None, "results": []}


@pytest.mark.parametrize("cursor", ["x", "%00", "cD0x", "é", "A" * 5000])
def test_a_cursor_of_somebodys_making_is_no_500(visitor, cursor):
    assert visitor.get(f"/api/wallet/ledger?cursor={cursor}").status_code in {200, 404}


def rows(answer):
    return list(csv.reader(io.StringIO(answer.content.decode())))


@pytest.fixture
def at(monkeypatch):
    """Sets the ledger's clock."""
    return lambda day: monkeypatch.setattr(ledger, "now_text", lambda: f"{day} 23:59:59.000000")


def test_a_statement_opens_and_closes_with_the_balance(visitor, user_id, at):
    at("2026-11-30")
    give(user_id, 100)
    with user_transaction(user_id):
        ledger.debit(job_id="j1", cost_cents=30)
    found = rows(visitor.get("/api/wallet/statement?month=2026-11"))
    assert [row[3] for row in found] == ["balance_after_cents", "0", "100", "70", "70"]
    assert [row[2] for row in found[2:4]] == ["100", "-30"]


def test_statements_follow_from_each_other_though_the_lines_times_do_not(visitor, user_id, at):
    """As an earlier wallet's lines may be, or a clock that was set back at the end of a month."""
    for day, cents in [("2026-10-31", 1), ("2026-12-01", 2), ("2026-11-30", 4), ("2026-10-01", 8)]:
        at(day)
        give(user_id, cents)
    found = [rows(visitor.get(f"/api/wallet/statement?month=2026-{month}"))[1:] for month in (10, 11, 12)]
    assert [(month[0][3], month[-1][3]) for month in found] == [("0", "9"), ("9", "13"), ("13", "15")]
    assert [[line[2] for line in month[1:-1]] for month in found] == [["1", "8"], ["4"], ["2"]]


@pytest.mark.parametrize(
    ("accept", "more"), [("text/csv", ""), ("text/html", ""), ("*/*", ""), ("*/*", "&format=csv")]
)
def test_a_statement_is_csv_whatever_is_accepted(visitor, accept, more):
    answer = visitor.get(f"/api/wallet/statement?month=2026-11{more}", headers={"accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")


def test_a_month_before_the_first_line_is_empty(visitor, user_id):
    give(user_id, 100)
    found = rows(visitor.get("/api/wallet/statement?month=2020-12"))
    assert [row[1] for row in found] == ["description", "Opening balance", "Closing balance"]


def test_a_later_month_opens_with_what_was_left(visitor, user_id):
    give(user_id, 100)
    assert rows(visitor.get("/api/wallet/statement?month=2099-01"))[1][3] == "100"


def test_a_note_cannot_become_a_formula(visitor, user_id, at):
    at("2026-11-30")
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=1, form_id=new_id("f"), actor="op", note="=HYPERLINK(1)")
    assert rows(visitor.get("/api/wallet/statement?month=2026-11"))[2][5] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    "month", ["", "2026", "2026-13", "2026-1", "1999-01", "2026-01-01", "٢٠٢٦-٠١", "x" * 9999]
)
def test_a_month_that_is_none_is_400(visitor, month):
    answer = visitor.get("/api/wallet/statement", {"month": month})
    assert (answer.status_code, list(answer.json())) == (400, ["month"])
