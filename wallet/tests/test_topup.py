"""POST /api/topup and GET /api/topup/<id>, with the real client against the sandbox or a stand-in."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone

from reelballers.models import User
from reelballers.user_db import all_user_ids, user_db, user_transaction
from tests.cast.payments import balance_of, lines_of, open_topup, paid
from wallet.models import Topup, Wallet
from wallet.payments import topups
from wallet.shared.models import PaymentIndex

SILENCE = 600.0  # longer than a test may last: only a deadline ends it


def buy(browser, amount_cents=500):
    return browser.post(
        "/api/topup", json.dumps({"amount_cents": amount_cents}), content_type="application/json"
    )


def status_of(browser, session_id):
    return browser.get(f"/api/topup/{session_id}")


def test_it_opens_a_checkout_page(visitor, user_id, sandbox):
    answer = buy(visitor)
    assert answer.status_code == 200
    assert answer.json()["checkout_url"].startswith(f"{sandbox.url}/c/pay/cs_test_")
    assert PaymentIndex.objects.get().user_id == user_id


def test_what_stripe_is_told(visitor, user_id, sandbox, settings):
    session_id = buy(visitor).json()["session_id"]
    state = sandbox.look("state")
    session = next(each for each in state["sessions"] if each["id"] == session_id)
    assert session["metadata"] == {"user_id": user_id, "credits": "500", "topup_id": _topup(user_id).id}
    assert (session["mode"], session["currency"], session["amount_total"]) == ("payment", "usd", 500)
    assert session["success_url"] == f"{settings.APP_URL}/success?session_id={{CHECKOUT_SESSION_ID}}"


def _topup(user_id):
    with user_db(user_id):
        return Topup.objects.get()


def test_a_stranger_becomes_a_guest_with_a_session(client, db, sandbox):
    assert buy(client).status_code == 200
    user = User.objects.get()
    assert (user.is_guest, client.get("/api/me").json()["id"]) == (True, user.id)


@pytest.mark.parametrize(
    "amount",
    [49, 50_001, 0, -500, "500", 5.0, True, None, [], 10**30, "x" * 100_000],
    ids=lambda v: str(v)[:12],
)
def test_an_amount_outside_the_limits_is_400_and_makes_nobody(client, db, stand_in, amount):
    answer = buy(client, amount)
    assert (answer.status_code, list(answer.json())) == (400, ["amount_cents"])
    assert (User.objects.count(), list(all_user_ids()), stand_in.asked) == (0, [], [])


@pytest.mark.parametrize("amount", [50, 50_000])
def test_the_limits_themselves_are_accepted(visitor, sandbox, amount):
    assert buy(visitor, amount).status_code == 200


def test_a_frozen_wallet_buys_nothing(visitor, user_id, stand_in):
    with user_transaction(user_id):
        Wallet.objects.update(is_frozen=True)
    assert (buy(visitor).status_code, stand_in.asked) == (403, [])


@pytest.mark.parametrize(
    "answer", [(500, {"error": {}}), (503, {"error": {}}), (429, {"error": {}}), SILENCE]
)
def test_stripe_unreachable_is_503(visitor, stand_in, settings, answer):
    settings.STRIPE_TIMEOUT_SECONDS = 0.3
    stand_in.answers["POST /v1/checkout/sessions"] = answer
    refused = buy(visitor)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")


def test_nothing_listening_is_503(visitor, stripe_at):
    stripe_at("http://127.0.0.1:1")
    assert buy(visitor).status_code == 503


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404])
def test_any_other_refusal_is_502_and_charges_nothing(visitor, user_id, stand_in, status, caplog):
    error = {"error": {"type": "invalid_request_error", "message": "You said something odd"}}
    stand_in.answers["POST /v1/checkout/sessions"] = (status, error)
    answer = buy(visitor)
    assert answer.status_code == 502
    assert "odd" not in answer.content.decode()
    assert "You said something odd" in caplog.text
    assert balance_of(user_id) == 0


def test_each_topup_has_a_key_of_its_own(visitor, stand_in):
    stand_in.answers["POST /v1/checkout/sessions"] = (500, {"error": {}})
    buy(visitor)
    buy(visitor)
    keys = [headers["Idempotency-Key"] for _, _, headers in stand_in.asked]
    assert len(set(keys)) == 2
    assert all(key.startswith("topup-") for key in keys)


# --- The landing page asks --------------------------------------------------------------------------------------


def test_it_is_pending_before_it_is_paid(visitor, sandbox):
    session_id = buy(visitor).json()["session_id"]
    pending = {"status": "pending", "credits": 500, "balance_cents": 0}
    assert status_of(visitor, session_id).json() == pending


def test_it_fulfils_when_the_webhook_is_late(visitor, user_id, sandbox):
    session_id = buy(visitor).json()["session_id"]
    sandbox.pay(session_id)
    for _ in range(3):
        assert status_of(visitor, session_id).json() == {
            "status": "paid",
            "credits": 500,
            "balance_cents": 500,
        }
    assert lines_of(user_id) == [(f"topup:{session_id}", 500)]


def test_a_declined_card_leaves_it_pending(visitor, sandbox):
    session_id = buy(visitor).json()["session_id"]
    assert sandbox.pay(session_id, "4000000000000002").status_code == 402
    assert status_of(visitor, session_id).json()["status"] == "pending"


def test_an_expired_one_says_so(visitor, sandbox):
    session_id = buy(visitor).json()["session_id"]
    sandbox.control(f"sessions/{session_id}/expire")
    assert status_of(visitor, session_id).json()["status"] == "expired"


def an_hour_later(user_id):
    with user_transaction(user_id):
        Topup.objects.update(asked_at=timezone.now() - timedelta(hours=1))


@pytest.mark.parametrize(("succeeded", "status"), [(True, "paid"), (False, "failed")])
def test_a_delayed_payment_is_pending_until_the_bank_answers(
    visitor, user_id, sandbox, settings, succeeded, status
):
    settings.STRIPE_PAYMENT_METHODS = ["card", "us_bank_account"]
    session_id = buy(visitor).json()["session_id"]
    sandbox.pay_later(session_id)
    assert status_of(visitor, session_id).json()["status"] == "pending"
    sandbox.control(f"payments/{session_id}/settle", succeeded=succeeded)
    an_hour_later(user_id)
    assert status_of(visitor, session_id).json()["status"] == status


def test_a_settled_one_asks_stripe_no_more(visitor, user_id, stand_in):
    session = paid(open_topup(user_id))
    stand_in.answers[f"GET /v1/checkout/sessions/{session['id']}"] = (200, session)
    status_of(visitor, session["id"])
    status_of(visitor, session["id"])
    assert len(stand_in.asked) == 1


def test_a_visitor_who_keeps_asking_does_not_spend_our_rate_limit(visit, user_id, stand_in):
    """Two browsers, as good as two processes: the purchase's own row says when Stripe was asked last."""
    session = open_topup(user_id)
    stand_in.answers[f"GET /v1/checkout/sessions/{session['id']}"] = (200, session)
    browsers = [visit(user_id), visit(user_id)]
    looks = [status_of(browser, session["id"]).json()["status"] for browser in browsers * 10]
    assert (set(looks), len(stand_in.asked)) == ({"pending"}, 1)
    an_hour_later(user_id)
    stand_in.answers[f"GET /v1/checkout/sessions/{session['id']}"] = (200, paid(session))
    assert status_of(browsers[0], session["id"]).json()["status"] == "paid"
    assert len(stand_in.asked) == 2


@pytest.mark.django_db(transaction=True)
def test_looks_at_the_same_moment_are_one_question(visit, new_user, stand_in):
    user_id = new_user()
    session = open_topup(user_id)
    browsers = [visit(user_id) for _ in range(4)]
    everybody = threading.Barrier(len(browsers))
    stand_in.answers[f"GET /v1/checkout/sessions/{session['id']}"] = (200, session)

    def look(browser):
        everybody.wait()
        assert status_of(browser, session["id"]).status_code == 200

    with ThreadPoolExecutor() as threads:
        list(threads.map(look, browsers))
    assert len(stand_in.asked) == 1


@pytest.mark.parametrize(
    ("age", "pause"), [({"seconds": 5}, 2), ({"minutes": 2}, 6), ({"minutes": 10}, 30), ({"days": 1}, 60)]
)
def test_the_longer_it_is_pending_the_less_it_is_asked_about(age, pause):
    now = timezone.now()
    assert topups.pause_between_questions(Topup(created_at=now - timedelta(**age)), now) == timedelta(
        seconds=pause
    )


def test_another_purchase_is_asked_about_at_once(visitor, user_id, stand_in):
    for session in (open_topup(user_id), open_topup(user_id)):
        stand_in.answers[f"GET /v1/checkout/sessions/{session['id']}"] = (200, paid(session))
        assert status_of(visitor, session["id"]).json()["status"] == "paid"


@pytest.mark.parametrize("answer", [(500, {"error": {}}), (404, {"error": {}}), SILENCE])
def test_without_stripe_what_is_known_is_answered(visitor, user_id, stand_in, settings, answer):
    settings.STRIPE_TIMEOUT_SECONDS = 0.3
    session = open_topup(user_id)
    stand_in.answers[f"GET /v1/checkout/sessions/{session['id']}"] = answer
    told = status_of(visitor, session["id"])
    assert (told.status_code, told.json()["status"]) == (200, "pending")


def test_somebody_elses_is_404(visitor, new_user, stand_in):
    session = paid(open_topup(new_user()))
    assert status_of(visitor, session["id"]).status_code == 404
    assert stand_in.asked == []


@pytest.mark.parametrize("session_id", ["cs_unknown", "x" * 5000, "..%2F..", "%00", "é"])
def test_an_unknown_one_is_404(visitor, session_id):
    assert status_of(visitor, session_id).status_code == 404


def test_nobody_has_none(client, db):
    assert status_of(client, "cs_1").status_code == 404
