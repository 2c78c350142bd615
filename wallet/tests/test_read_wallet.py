"""GET /api/wallet and /api/wallet/ledger; what a lost file means for them and for statements."""

import pytest

from reelballers.models import User
from reelballers.user_db import user_db_path, user_transaction
from tests.cast.payments import give
from wallet import ledger
from wallet.models import Wallet

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
