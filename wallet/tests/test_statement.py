"""GET /api/wallet/statement: a month as it was where its reader lives, safe to open in a spreadsheet."""

import csv
import io

import pytest

from reelballers.user_db import user_transaction
from tests.cast.payments import give, new_id
from wallet import ledger, lines


def rows(answer):
    """Without the head."""
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]


@pytest.fixture
def at(monkeypatch):
    """Sets the ledger's clock."""

    def at(day, time="23:59:59"):
        monkeypatch.setattr(lines, "now_text", lambda: f"{day} {time}.000000")

    return at


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


SIGNS = [
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r\n=",
    "\ufeff=",
    "\u200b@",
    "  +",
    "\u3000-",
    "＝",
    "＋",
    " －",
    "\ufeff＠",
    "−",
]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_note_cannot_become_a_formula(visitor, user_id, at, sign):
    at("2026-11-30")
    note = f"{sign}HYPERLINK(1)"
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=1, form_id=new_id("f"), actor="op", note=note)
    assert rows(visitor.get("/api/wallet/statement?month=2026-11"))[2][5] == f"'{note}"


def test_nor_can_the_job_of_a_debit(visitor, user_id, at):
    at("2026-11-30")
    give(user_id, 100)
    with user_transaction(user_id):
        ledger.debit(job_id="＝cmd", cost_cents=30)
    assert rows(visitor.get("/api/wallet/statement?month=2026-11"))[3][4] == "'＝cmd"


def test_a_spreadsheet_is_told_that_it_is_utf_8(visitor, user_id, at):
    at("2026-11-30")
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=1, form_id=new_id("f"), actor="op", note="für María")
    content = visitor.get("/api/wallet/statement?month=2026-11").content
    assert content.startswith(b"\xef\xbb\xbf")
    assert "für María" in content.decode()


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/St_Johns"])
def test_head_and_columns_name_the_zone(visitor, zone):
    answer = visitor.get("/api/wallet/statement", {"month": "2026-11", "tz": zone})
    head, columns, *_ = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (head[1], head[2], columns[0]) == ("2026-11", f"Time zone: {zone}", f"date ({zone})")


ZONES = [
    (None, "2026-11", "2026-11-30 23:30:00"),
    ("UTC", "2026-11", "2026-11-30 23:30:00"),
    ("Europe/Berlin", "2026-12", "2026-12-01 00:30:00"),
    ("America/New_York", "2026-11", "2026-11-30 18:30:00"),
    ("Pacific/Kiritimati", "2026-12", "2026-12-01 13:30:00"),
]


@pytest.mark.parametrize(("zone", "month", "at_home"), ZONES)
def test_the_last_evening_is_in_the_month_it_was_at_home(visitor, user_id, at, zone, month, at_home):
    at("2026-11-30", "23:30:00")
    give(user_id, 100)
    asked = {} if zone is None else {"tz": zone}
    for number, within in (("2026-11", month == "2026-11"), ("2026-12", month == "2026-12")):
        found = rows(visitor.get("/api/wallet/statement", {"month": number, **asked}))
        assert [line[0] for line in found[2:-1]] == ([at_home] if within else [])


@pytest.mark.parametrize(
    "zone", ["", "Berlin", "europe/berlin", "../etc/passwd", "/etc/passwd", "Europe", "x" * 9999, "a\x00b"]
)
def test_a_zone_that_is_none_is_400(visitor, zone):
    answer = visitor.get("/api/wallet/statement", {"month": "2026-11", "tz": zone})
    assert (answer.status_code, list(answer.json())) == (400, ["tz"])


@pytest.mark.parametrize(
    "month", ["", "2026", "2026-13", "2026-1", "1999-01", "2026-01-01", "٢٠٢٦-٠١", "x" * 9999]
)
def test_a_month_that_is_none_is_400(visitor, month):
    answer = visitor.get("/api/wallet/statement", {"month": month})
    assert (answer.status_code, list(answer.json())) == (400, ["month"])
