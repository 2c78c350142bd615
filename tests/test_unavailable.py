"""A locked database, a full disk, a missing file: 503 with Retry-After, and nothing half-done."""

import time
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connections
from django.test import Client

from exports.shared.models import OpenJob
from reelballers.models import User
from reelballers.user_db import aliases, user_db, user_db_path, user_transaction
from reelballers.user_db import pool as pools
from tests.damage import write_lock
from wallet import ledger
from wallet.models import LedgerEntry, Topup, Wallet

pytestmark = pytest.mark.django_db(transaction=True)

DEBIT = {"job_id": "job", "cost_cents": 5}


@pytest.fixture
def guest(client: Client, user_id: str, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setitem(aliases.SQLITE_OPTIONS, "timeout", 0.1)
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=100, form_id="start", actor="test", note="")
    session = client.session
    session[SESSION_KEY], session["renewed_at"] = user_id, int(time.time())
    session.save()
    pools.pool.close_idle()  # the next connection has the short timeout
    return client


def is_unavailable(answer: Any) -> bool:
    return (
        answer.status_code == 503
        and int(answer["Retry-After"]) > 0
        and "Traceback" not in answer.content.decode()
    )


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    return client.post(path, body, content_type="application/json")


def test_a_locked_wallet_takes_nothing(guest: Client, user_id: str) -> None:
    with write_lock(str(user_db_path(user_id))):
        assert is_unavailable(post(guest, "/api/debit", DEBIT))
        assert guest.get("/api/wallet").json()["balance_cents"] == 100
    assert post(guest, "/api/debit", DEBIT).json()["new_balance_cents"] == 95


def test_a_full_disk_takes_nothing(guest: Client, user_id: str) -> None:
    with user_db(user_id) as alias, connections[alias].cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    statuses = set()
    for number in range(100):
        answer = post(guest, "/api/debit", {"job_id": f"{'x' * 150}{number}", "cost_cents": 1})
        statuses.add(answer.status_code)
        if answer.status_code == 503:
            assert is_unavailable(answer)
            break
    assert statuses == {200, 503}
    with user_db(user_id):
        balance_cents = Wallet.objects.get().balance_cents
        assert (
            balance_cents
            == sum(LedgerEntry.objects.values_list("change_cents", flat=True))
            == 101 - number - 1
        )


def test_a_locked_shared_database_makes_no_guest(
    client: Client, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = connections["default"]
    with shared.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 100")
    try:
        with write_lock(shared.settings_dict["NAME"]):
            assert is_unavailable(post(client, "/api/topup", {"amount_cents": 500}))
    finally:
        with shared.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 5000")
    assert User.objects.count() == 0


def test_a_missing_wallet_is_no_empty_wallet(guest: Client, user_id: str) -> None:
    pools.pool.close_idle()
    user_db_path(user_id).unlink()
    for answer in (
        guest.get("/api/wallet"),
        post(guest, "/api/debit", DEBIT),
        post(guest, "/api/topup", {"amount_cents": 500}),
    ):
        assert is_unavailable(answer)
    assert not user_db_path(user_id).exists()


def test_stripe_that_does_not_answer_charges_nothing(guest: Client, user_id: str) -> None:
    """Nobody listens on the sandbox's port in tests."""
    assert is_unavailable(post(guest, "/api/topup", {"amount_cents": 500}))
    with user_db(user_id):
        assert Topup.objects.get().status == Topup.Status.CREATED
        assert LedgerEntry.objects.count() == 1
    assert OpenJob.objects.count() == 0
