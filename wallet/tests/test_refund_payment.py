"""An operator gives a payment back at Stripe: with Stripe answering, refusing, silent, and the page sent twice."""

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from reelballers.user_db import pool as pools
from reelballers.user_db import user_db, user_db_path, user_transaction
from tests.cast.payments import balance_of, deliver, event_of, lines_of, open_topup, paid, refund_of
from tests.damage import damage_page
from wallet import ledger
from wallet.errors import Conflict, InsufficientFunds, PaymentNotRefundable
from wallet.models import Reversal
from wallet.payments import reconcile, refunds
from wallet.payments.fulfil import fulfil
from wallet.payments.topups import refresh, start_topup
from wallet.shared.models import OpenRefund
from wallet.tests.stand_in import listed

SILENCE = 600.0  # longer than a test may last: only a deadline ends it


@pytest.fixture
def bought(user_id):
    """A wallet with one payment of 500."""
    session = paid(open_topup(user_id))
    fulfil(session)
    return session


def refund(user_id, session, amount_cents=200, form_id="a" * 32):
    return refunds.refund_payment(
        user_id=user_id,
        topup_id=session["metadata"]["topup_id"],
        amount_cents=amount_cents,
        form_id=form_id,
        actor="op@example.com",
        note="asked nicely",
    )


def answering(stand_in, session, **more):
    def made(params):
        thing = refund_of(session, int(params["amount"]), metadata={"form_id": params["metadata[form_id]"]})
        return 200, thing | {"id": "re_1", **more}

    stand_in.answers["POST /v1/refunds"] = made


def refusing(stand_in, status=400, code="charge_disputed"):
    error = {"type": "invalid_request_error", "code": code, "message": "No."}
    stand_in.answers["POST /v1/refunds"] = (status, {"error": error})


def age(user_id, hours):
    """As if the operator had decided that long ago."""
    with user_transaction(user_id):
        Reversal.objects.update(created_at=timezone.now() - timedelta(hours=hours))
    OpenRefund.objects.update(next_attempt_at=timezone.now())


def test_it_takes_the_credits_and_asks_stripe_once(user_id, bought, stand_in):
    answering(stand_in, bought)
    row = refund(user_id, bought)
    assert (row.id, row.status, balance_of(user_id)) == ("re_1", "succeeded", 300)
    _, params, headers = stand_in.asked[0]
    assert params["metadata[form_id]"] == "a" * 32
    assert headers["Idempotency-Key"] == "refund-" + "a" * 32
    assert not OpenRefund.objects.exists()


def test_the_same_form_again_does_nothing(user_id, bought, stand_in):
    answering(stand_in, bought)
    first, second = refund(user_id, bought), refund(user_id, bought)
    assert (first.id, balance_of(user_id)) == (second.id, 300)
    assert stand_in.calls == ["POST /v1/refunds"]


def test_the_same_form_with_another_amount_is_a_conflict(user_id, bought, stand_in):
    answering(stand_in, bought)
    refund(user_id, bought)
    with pytest.raises(Conflict):
        refund(user_id, bought, amount_cents=201)


@pytest.mark.parametrize("amount_cents", [501, 10**9])
def test_more_than_was_paid_is_refused_without_asking(user_id, bought, stand_in, amount_cents):
    with pytest.raises(PaymentNotRefundable):
        refund(user_id, bought, amount_cents)
    assert (stand_in.asked, balance_of(user_id)) == ([], 500)


def test_two_forms_cannot_return_more_than_was_paid(user_id, bought, stand_in):
    stand_in.answers["POST /v1/refunds"] = (500, {"error": {"type": "api_error"}})
    refund(user_id, bought, 300)
    with pytest.raises(PaymentNotRefundable) as caught:
        refund(user_id, bought, 300, form_id="b" * 32)
    assert caught.value.refundable_cents == 200


def test_a_refusal_gives_the_credits_back(user_id, bought, stand_in):
    refusing(stand_in)
    assert refund(user_id, bought).status == "refused"
    assert [change for _, change in lines_of(user_id)] == [500, -200, 200]
    assert not OpenRefund.objects.exists()


def test_an_unknown_answer_keeps_the_credits_taken(user_id, bought, stand_in, settings):
    settings.STRIPE_TIMEOUT_SECONDS = 0.3
    stand_in.answers["POST /v1/refunds"] = SILENCE
    assert refund(user_id, bought).status == "intent"
    assert (balance_of(user_id), OpenRefund.objects.count()) == (300, 1)


@pytest.mark.parametrize(
    "answer", [(200, b'{"id": "re_1", "obj'), (200, b""), (403, b"<h1>Proxy</h1>"), (400, {})]
)
def test_a_garbled_answer_is_no_refusal(user_id, bought, stand_in, answer):
    stand_in.answers["POST /v1/refunds"] = answer
    assert refund(user_id, bought).status == "intent"
    assert (balance_of(user_id), OpenRefund.objects.count()) == (300, 1)


def test_the_worker_asks_again_with_the_same_key(user_id, bought, stand_in):
    stand_in.answers["POST /v1/refunds"] = (500, {"error": {"type": "api_error"}})
    refund(user_id, bought)
    answering(stand_in, bought)
    age(user_id, hours=19)
    refunds.finish_open()
    assert len({headers["Idempotency-Key"] for _, _, headers in stand_in.asked}) == 1
    with user_db(user_id):
        assert Reversal.objects.get().id == "re_1"
    assert (balance_of(user_id), len(lines_of(user_id))) == (300, 2)


def test_a_revoked_key_does_not_end_what_may_have_been_done(user_id, bought, stand_in):
    stand_in.answers["POST /v1/refunds"] = (500, {"error": {"type": "api_error"}})
    refund(user_id, bought)
    refusing(stand_in, status=401)
    age(user_id, hours=1)
    refunds.finish_open()
    assert balance_of(user_id) == 300


def test_a_damaged_wallet_keeps_no_other_from_its_refund(new_user, stand_in):
    damaged, sound = new_user(), new_user()
    sessions = {user_id: paid(open_topup(user_id)) for user_id in (damaged, sound)}
    stand_in.answers["POST /v1/refunds"] = (500, {"error": {"type": "api_error"}})
    for number, (user_id, session) in enumerate(sessions.items()):
        fulfil(session)
        refund(user_id, session, form_id=str(number) * 32)
    OpenRefund.objects.update(next_attempt_at=timezone.now())
    pools.pool.close_idle()
    damage_page(user_db_path(damaged), "reversals")
    answering(stand_in, sessions[sound])
    refunds.finish_open()
    assert "malformed" in OpenRefund.objects.get(user_id=damaged).last_error
    assert not OpenRefund.objects.filter(user_id=sound).exists()


def test_after_20_hours_it_only_looks(user_id, bought, stand_in):
    stand_in.answers["POST /v1/refunds"] = (500, {"error": {"type": "api_error"}})
    refund(user_id, bought)
    stand_in.answers["GET /v1/refunds"] = (200, listed())
    age(user_id, hours=21)
    refunds.finish_open()
    assert stand_in.calls == ["POST /v1/refunds", "GET /v1/refunds"]
    assert balance_of(user_id) == 300


def test_after_20_hours_it_finds_the_refund_that_was_made(user_id, bought, stand_in):
    stand_in.answers["POST /v1/refunds"] = (500, {"error": {"type": "api_error"}})
    refund(user_id, bought)
    found = refund_of(bought, 200, metadata={"form_id": "a" * 32})
    stand_in.answers["GET /v1/refunds"] = (200, listed(refund_of(bought, 5), found))
    age(user_id, hours=21)
    refunds.finish_open()
    with user_db(user_id):
        assert Reversal.objects.get().id == found["id"]
    assert balance_of(user_id) == 300


def test_after_48_hours_absent_is_refused(user_id, bought, stand_in):
    stand_in.answers["POST /v1/refunds"] = (500, {"error": {"type": "api_error"}})
    refund(user_id, bought)
    stand_in.answers["GET /v1/refunds"] = (200, listed())
    age(user_id, hours=49)
    refunds.finish_open()
    assert balance_of(user_id) == 500


def test_a_refund_that_turns_up_after_all_is_taken(client, seeded, user_id, bought, stand_in):
    refusing(stand_in)
    refund(user_id, bought)
    late = refund_of(bought, 200, metadata={"form_id": "a" * 32})
    deliver(client, event_of("refund.created", late))
    assert balance_of(user_id) == 300
    with user_db(user_id):
        assert Reversal.objects.get().id == late["id"]


def test_the_webhook_may_be_first(client, seeded, user_id, bought, stand_in):
    stand_in.answers["POST /v1/refunds"] = (500, {"error": {"type": "api_error"}})
    refund(user_id, bought)
    seen = refund_of(bought, 200, metadata={"form_id": "a" * 32})
    deliver(client, event_of("refund.created", seen))
    stand_in.answers["POST /v1/refunds"] = (200, seen)
    OpenRefund.objects.update(next_attempt_at=timezone.now(), created_at="2026-01-01T00:00:00Z")
    refunds.finish_open()
    assert [change for _, change in lines_of(user_id)] == [500, -200]
    assert not OpenRefund.objects.exists()


def test_a_refund_that_fails_at_the_bank_gives_the_credits_back(client, seeded, user_id, bought, stand_in):
    answering(stand_in, bought)
    row = refund(user_id, bought)
    failed = refund_of(bought, 200, "failed", metadata={"form_id": "a" * 32}) | {"id": row.id}
    for _ in range(2):
        deliver(client, event_of("refund.failed", failed))
    assert [change for _, change in lines_of(user_id)] == [500, -200, 200]


def test_other_wallets_are_left_alone(user_id, bought, stand_in, new_user):
    other = new_user()
    answering(stand_in, bought)
    with pytest.raises(PaymentNotRefundable):
        refund(other, bought)
    assert (balance_of(other), balance_of(user_id), stand_in.asked) == (0, 500, [])


@pytest.mark.django_db(transaction=True)
def test_a_visitor_who_spends_meanwhile_loses_nothing_twice(new_user, stand_in):
    user_id = new_user()
    session = paid(open_topup(user_id))
    fulfil(session)
    answering(stand_in, session)
    spent = []

    def spend(number):
        try:
            with user_transaction(user_id):
                ledger.debit(job_id=f"j{number}", cost_cents=100)
            spent.append(100)
        except InsufficientFunds:
            pass

    threads = [threading.Thread(target=spend, args=(n,)) for n in range(8)]
    threads += [threading.Thread(target=refund, args=(user_id, session, 300)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert balance_of(user_id) == 500 - 300 - sum(spent)
    assert len([call for call in stand_in.calls if call == "POST /v1/refunds"]) == 1


def test_with_the_sandbox_both_sides_agree(user_id, sandbox):
    topup = start_topup(user_id=user_id, amount_cents=500)
    sandbox.pay(topup.session_id)
    refresh(user_id=user_id, topup=topup)
    session = {"metadata": {"topup_id": topup.id}}
    assert refund(user_id, session, 200).status == "succeeded"
    assert list(reconcile.reconcile()) == []
    sandbox.control(f"payments/{topup.session_id}/dispute", amount=100)
    assert refund(user_id, session, 50, form_id="b" * 32).status == "refused"
    assert [finding.is_repaired for finding in reconcile.reconcile()] == [True]
    assert balance_of(user_id) == 200
