"""POST /api/debit: strict amounts, the first answer again, and what is refused."""

import json

import pytest

from reelballers.user_db import user_transaction
from tests.cast.payments import balance_of, give, lines_of
from wallet import ledger
from wallet.models import Wallet


def post(browser, body, path="/api/debit"):
    raw = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return browser.post(path, raw, content_type="application/json")


@pytest.fixture
def rich(visitor, user_id):
    give(user_id, 100)
    return visitor


def test_it_takes_the_cost(rich, user_id):
    answer = post(rich, {"job_id": "j1", "cost_cents": 30})
    assert (answer.status_code, answer.json()) == (200, {"success": True, "new_balance_cents": 70})


def test_it_reads_the_query_too(rich, user_id):
    assert rich.generic("POST", "/api/debit?job_id=j1&cost_cents=30").json()["new_balance_cents"] == 70


def test_the_same_call_again_takes_nothing(rich, user_id):
    answers = [post(rich, {"job_id": "j1", "cost_cents": 30}).json() for _ in range(3)]
    assert answers == [{"success": True, "new_balance_cents": 70}] * 3


def test_another_cost_is_409(rich, user_id):
    post(rich, {"job_id": "j1", "cost_cents": 30})
    assert post(rich, {"job_id": "j1", "cost_cents": 31}).status_code == 409
    assert balance_of(user_id) == 70


def test_a_refunded_job_is_409(rich, user_id):
    post(rich, {"job_id": "j1", "cost_cents": 30})
    with user_transaction(user_id):
        ledger.refund_by_operator(job_id="j1", amount_cents=1, form_id="f", actor="op", note="")
    assert post(rich, {"job_id": "j1", "cost_cents": 30}).status_code == 409


def test_too_little_is_402_with_the_facts(rich):
    answer = post(rich, {"job_id": "j1", "cost_cents": 108})
    detail = {
        "error": "Insufficient funds",
        "balance_cents": 100,
        "required_cents": 108,
        "shortfall_cents": 8,
    }
    assert (answer.status_code, answer.json()) == (402, {"detail": detail})


def test_without_a_wallet_it_is_402_and_makes_nothing(client, db):
    answer = post(client, {"job_id": "j1", "cost_cents": 8})
    assert (answer.status_code, answer.json()["detail"]["shortfall_cents"]) == (402, 8)
    assert "session" not in answer.cookies


def test_a_frozen_wallet_is_403(rich, user_id):
    with user_transaction(user_id):
        Wallet.objects.update(is_frozen=True)
    answer = post(rich, {"job_id": "j1", "cost_cents": 1})
    assert (answer.status_code, answer.json()) == (403, {"detail": {"error": "Wallet frozen"}})


@pytest.mark.parametrize(
    "cost",
    ["500", 5.0, 1.5, True, None, 0, -1, 10**30, 2**63, [], {}, [5], "", "five", "x" * 1_000_000],
    ids=lambda cost: str(cost)[:20],
)
def test_a_cost_that_is_not_a_whole_number_is_refused_by_name(rich, user_id, cost):
    answer = post(rich, {"job_id": "j1", "cost_cents": cost})
    assert answer.status_code in {400, 413}
    assert answer.status_code == 413 or "cost_cents" in answer.json()
    assert len(lines_of(user_id)) == 1


@pytest.mark.parametrize(
    "job_id", [None, "", 5, True, [], "a" * 201, "x\x00y", "a\nb", "x" * 1_000_000], ids=lambda v: str(v)[:20]
)
def test_a_job_id_that_is_not_a_name_is_refused_by_name(rich, user_id, job_id):
    answer = post(rich, {"job_id": job_id, "cost_cents": 1})
    assert answer.status_code in {400, 413}
    assert answer.status_code == 413 or "job_id" in answer.json()
    assert len(lines_of(user_id)) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"x"', b"5", b"null", b"\xff", b'{"job_id": "j", "cost_cents": NaN}', b"[" * 50_000,
     b'{"job_id": "\\ud800", "cost_cents": 1}', b'{"job_id": "j"}', b'{"cost_cents": 5}'],
)  # fmt: skip
def test_a_body_that_is_no_order_is_400(rich, user_id, body):
    assert post(rich, body).status_code == 400
    assert len(lines_of(user_id)) == 1


@pytest.mark.parametrize(
    "query", ["", "job_id=j", "cost_cents=5", "job_id=j&cost_cents=5.0", "job_id=j&cost_cents=-5",
              "job_id=j&cost_cents=%D9%A5", "job_id=j&cost_cents=" + "9" * 5000, "job_id=%00&cost_cents=5"]
)  # fmt: skip
def test_a_query_that_is_no_order_is_400(rich, user_id, query):
    assert rich.generic("POST", f"/api/debit?{query}").status_code == 400
    assert len(lines_of(user_id)) == 1


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_only_json_is_read(rich, user_id, content_type):
    answer = rich.post("/api/debit", b"job_id=j&cost_cents=5", content_type=content_type)
    assert answer.status_code == 415
    assert len(lines_of(user_id)) == 1


def test_a_debit_of_one_visitor_leaves_another_alone(rich, user_id, new_user, visit):
    other = new_user()
    give(other, 50)
    post(rich, {"job_id": "j1", "cost_cents": 30})
    assert post(visit(other), {"job_id": "j1", "cost_cents": 20}).json()["new_balance_cents"] == 30
    assert balance_of(user_id) == 70
