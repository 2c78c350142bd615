"""Stripe's door: what is let in, and what it comes to."""

from reelballers.user_db import user_db_path
from tests.cast.payments import (
    balance_of,
    deliver,
    dispute_of,
    event_of,
    lines_of,
    new_id,
    open_topup,
    paid,
    session_of,
    stored_rows,
)
from wallet.payments import events
from wallet.shared.models import InboxEvent, UnmatchedPayment

COMPLETED = "checkout.session.completed"


def test_a_paid_session_is_credited(client, seeded, user_id):
    answer = deliver(client, event_of(COMPLETED, paid(open_topup(user_id))))
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert balance_of(user_id) == 500


def test_the_same_event_again_credits_nothing(client, seeded, user_id):
    event = event_of(COMPLETED, paid(open_topup(user_id)))
    assert {deliver(client, event).status_code for _ in range(5)} == {200}
    assert len(lines_of(user_id)) == InboxEvent.objects.count() == 1


def test_two_event_types_of_one_session_credit_once(client, seeded, user_id):
    session = paid(open_topup(user_id))
    for event_type in (COMPLETED, "checkout.session.async_payment_succeeded"):
        deliver(client, event_of(event_type, session))
    assert lines_of(user_id) == [(f"topup:{session['id']}", 500)]


def test_a_delayed_payment_is_credited_when_it_is_paid(client, seeded, user_id):
    session = open_topup(user_id)
    deliver(client, event_of(COMPLETED, {**paid(session), "payment_status": "unpaid"}))
    assert balance_of(user_id) == 0
    deliver(client, event_of("checkout.session.async_payment_succeeded", paid(session)))
    assert balance_of(user_id) == 500


def test_an_unknown_type_is_ignored(client, seeded):
    assert (
        deliver(client, event_of("customer.created", {"id": "cus_1", "object": "customer"})).status_code
        == 200
    )
    assert stored_rows() == 0


def test_a_connected_accounts_event_is_ignored(client, seeded, user_id):
    event = event_of(COMPLETED, paid(open_topup(user_id)), account="acct_other")
    assert deliver(client, event).status_code == 200
    assert balance_of(user_id) == 0


def test_a_foreign_session_is_counted_and_left(client, seeded, user_id):
    session = paid(session_of(user_id, "x", new_id("cs_test"), 500)) | {"metadata": {"order": "17"}}
    assert deliver(client, event_of(COMPLETED, session)).status_code == 200
    assert InboxEvent.objects.get().outcome == "foreign"


def test_a_dispute_without_a_payment_intent_is_foreign(client, seeded):
    dispute = dispute_of({"payment_intent": "pi_1"}, 100, "lost") | {"payment_intent": None}
    deliver(client, event_of("charge.dispute.closed", dispute))
    assert InboxEvent.objects.get().outcome == "foreign"


def test_a_paid_session_that_does_not_fit_is_answered_and_kept(client, seeded, user_id):
    session = paid(open_topup(user_id)) | {"amount_subtotal": 9_999}
    assert deliver(client, event_of(COMPLETED, session)).status_code == 200
    assert "amount_subtotal" in UnmatchedPayment.objects.get().why
    assert balance_of(user_id) == 0


def test_a_missing_file_is_503_and_credited_when_it_is_back(client, seeded, user_id):
    event = event_of(COMPLETED, paid(open_topup(user_id)))
    path = user_db_path(user_id)
    path.rename(path.with_name("lost"))
    answer = deliver(client, event)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    path.with_name("lost").rename(path)
    assert deliver(client, event).status_code == 200
    assert balance_of(user_id) == 500


def test_the_workers_sweep_credits_what_stripe_does_not_repeat(client, seeded, user_id):
    event = event_of(COMPLETED, paid(open_topup(user_id)))
    path = user_db_path(user_id)
    path.rename(path.with_name("lost"))
    deliver(client, event)
    path.with_name("lost").rename(path)
    InboxEvent.objects.update(next_attempt_at="2026-01-01T00:00:00Z")
    assert events.sweep() == 1
    assert balance_of(user_id) == 500
