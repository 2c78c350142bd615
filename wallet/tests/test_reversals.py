"""Refunds and disputes take credits back, in proportion, in any order, and give them again when they end well."""

import pytest
from django.utils import timezone

from reelballers.user_db import user_db, user_transaction
from tests.cast.payments import (
    balance_of,
    deliver,
    dispute_of,
    event_of,
    give,
    lines_of,
    open_topup,
    paid,
    refund_of,
)
from wallet.models import Reversal, Topup
from wallet.payments import events, reconcile
from wallet.shared.models import InboxEvent, PaymentIndex
from wallet.tests.stand_in import listed

PAST = "2026-01-01T00:00:00Z"


@pytest.fixture
def tell(client, seeded):
    """Delivers an event and expects 200."""

    def told(event_type, thing, **more):
        assert deliver(client, event_of(event_type, thing, **more)).status_code == 200

    return told


@pytest.fixture
def bought(user_id, tell):
    session = paid(open_topup(user_id))
    tell("checkout.session.completed", session)
    return session


def ask_stripe():
    InboxEvent.objects.update(next_attempt_at=PAST)
    events.ask_stripe()


def changes(user_id):
    return [change for _, change in lines_of(user_id)]


@pytest.mark.parametrize("status", ["pending", "requires_action", "succeeded", "something_new"])
def test_a_live_refund_takes_once(user_id, bought, tell, status):
    refund = refund_of(bought, 200, status)
    for event_type in ("refund.created", "refund.updated", "refund.updated"):
        tell(event_type, refund)
    assert changes(user_id) == [500, -200]


def test_two_partial_refunds_take_their_sum(user_id, bought, tell):
    tell("refund.created", refund_of(bought, 100))
    tell("refund.created", refund_of(bought, 150))
    assert changes(user_id) == [500, -100, -150]


@pytest.mark.parametrize("end", ["failed", "canceled"])
def test_a_refund_that_fails_gives_back(user_id, bought, tell, end):
    refund = refund_of(bought, 200)
    tell("refund.created", refund)
    tell("refund.updated", refund | {"status": end})
    tell("refund.updated", refund)  # a late echo of its better days
    assert changes(user_id) == [500, -200, 200]


def test_a_refund_of_one_payment_leaves_the_other(user_id, bought, tell):
    other = paid(open_topup(user_id, 300))
    tell("checkout.session.completed", other)
    tell("refund.created", refund_of(bought, 500))
    assert balance_of(user_id) == 300


def test_a_refund_leaves_other_users_alone(user_id, bought, tell, new_user):
    other = new_user()
    tell("checkout.session.completed", paid(open_topup(other)))
    tell("refund.created", refund_of(bought, 500))
    assert balance_of(other) == 500


def test_refunds_and_disputes_together_take_no_more_than_was_given(user_id, bought, tell):
    tell("refund.created", refund_of(bought, 400))
    tell("charge.dispute.closed", dispute_of(bought, 500, "lost"))
    assert balance_of(user_id) == 0


def test_it_takes_in_proportion_to_what_was_paid(user_id, tell):
    session = paid(open_topup(user_id)) | {"amount_total": 540}
    tell("checkout.session.completed", session)
    tell("refund.created", refund_of(session, 100))
    assert changes(user_id) == [500, -92]


@pytest.mark.parametrize(
    ("status", "is_out", "left"),
    [
        ("needs_response", True, 0),
        ("needs_response", False, 500),
        ("under_review", True, 0),
        ("won", True, 500),
        ("lost", False, 0),
        ("warning_needs_response", False, 500),
        ("warning_closed", False, 500),
    ],
)
def test_what_a_dispute_takes(user_id, bought, tell, status, is_out, left):
    moved = [{"id": "txn_1", "amount": -500, "created": 1_700_000_000}] if is_out else []
    tell("charge.dispute.updated", dispute_of(bought, 500, status, balance_transactions=moved))
    assert balance_of(user_id) == left


def test_a_fee_alone_reinstates_nothing(user_id, bought, tell):
    taken = {"id": "txn_1", "amount": -500, "created": 1_700_000_000}
    fee = {"id": "txn_2", "amount": 0, "fee": 1500, "created": 1_700_000_900}
    tell("charge.dispute.updated", dispute_of(bought, 500, "under_review", balance_transactions=[taken, fee]))
    assert balance_of(user_id) == 0


def test_funds_reinstated_come_back_though_told_first(user_id, bought, tell):
    dispute = dispute_of(bought, 500, "under_review")
    tell("charge.dispute.funds_reinstated", dispute, created=1_700_000_900)
    tell("charge.dispute.funds_withdrawn", dispute, created=1_700_000_100)
    assert balance_of(user_id) == 500


def test_a_dispute_seen_won_and_lost_is_asked_for(user_id, bought, tell, stand_in):
    dispute = dispute_of(bought, 500, "lost")
    tell("charge.dispute.closed", dispute)
    tell("charge.dispute.closed", dispute | {"status": "won"})
    assert (balance_of(user_id), stand_in.asked) == (0, [])
    stand_in.answers[f"GET /v1/disputes/{dispute['id']}"] = (200, dispute | {"status": "won"})
    ask_stripe()
    assert changes(user_id) == [500, -500, 500]


def test_charge_refunded_is_a_hint_to_read_the_refunds(user_id, bought, tell, stand_in):
    charge = {
        "id": "ch_1",
        "object": "charge",
        "amount_refunded": 300,
        "payment_intent": bought["payment_intent"],
    }
    tell("charge.refunded", charge)
    assert (balance_of(user_id), stand_in.asked) == (500, [])
    refunds = listed(refund_of(bought, 100), refund_of(bought, 150))
    stand_in.answers["GET /v1/refunds"] = (200, refunds)
    ask_stripe()
    assert balance_of(user_id) == 250


def test_a_hint_before_the_credit_is_not_lost(user_id, tell, stand_in):
    session = paid(open_topup(user_id))
    PaymentIndex.objects.update(payment_intent_id=session["payment_intent"])
    charge = {"id": "ch_1", "object": "charge", "payment_intent": session["payment_intent"]}
    tell("charge.refunded", charge)
    stand_in.answers["GET /v1/refunds"] = (200, listed(refund_of(session, 100)))
    intent = {"id": session["payment_intent"], "object": "payment_intent", "metadata": session["metadata"]}
    stand_in.answers[f"GET /v1/payment_intents/{session['payment_intent']}"] = (200, intent)
    stand_in.answers["GET /v1/checkout/sessions"] = (200, listed())
    ask_stripe()
    tell("checkout.session.completed", session)
    ask_stripe()
    assert balance_of(user_id) == 400


@pytest.mark.parametrize("kind", ["refund.created", "charge.dispute.closed"])
def test_a_reversal_before_its_payment_is_parked_and_settled(user_id, tell, kind):
    session = paid(open_topup(user_id))
    thing = refund_of(session, 200) if kind == "refund.created" else dispute_of(session, 200, "lost")
    tell(kind, thing)
    assert (balance_of(user_id), InboxEvent.objects.get().outcome) == (0, "parked")
    tell("checkout.session.completed", session)
    assert changes(user_id) == [500, -200]


def test_a_parked_reversal_of_somebody_else_is_dropped(db, tell, stand_in):
    tell("refund.created", refund_of({"payment_intent": "pi_other"}, 200))
    intent = {"id": "pi_other", "object": "payment_intent", "metadata": {}}
    stand_in.answers["GET /v1/payment_intents/pi_other"] = (200, intent)
    ask_stripe()
    assert InboxEvent.objects.get().outcome == "foreign"


def test_a_payment_stripe_does_not_know_is_foreign(db, tell, stand_in):
    tell("refund.created", refund_of({"payment_intent": "pi_other"}, 200))
    ask_stripe()
    assert InboxEvent.objects.get().outcome == "foreign"


def test_a_parked_reversal_of_ours_fetches_its_payment(user_id, tell, stand_in):
    session = paid(open_topup(user_id))
    tell("refund.created", refund_of(session, 200))
    intent = {"id": session["payment_intent"], "object": "payment_intent", "metadata": session["metadata"]}
    stand_in.answers[f"GET /v1/payment_intents/{session['payment_intent']}"] = (200, intent)
    stand_in.answers["GET /v1/checkout/sessions"] = (200, listed(session))
    ask_stripe()
    assert changes(user_id) == [500, -200]


@pytest.fixture
def adopted(user_id, stand_in):
    """What an earlier file bought: its session is known, its payment intent is not, and bears no metadata of ours."""
    session = paid(open_topup(user_id)) | {"metadata": {}}
    with user_transaction(user_id):
        Topup.objects.update(status="paid", paid_cents=500, paid_at=PAST)
    give(user_id, 500)
    intent = {"id": session["payment_intent"], "object": "payment_intent", "metadata": {}}
    stand_in.answers[f"GET /v1/payment_intents/{session['payment_intent']}"] = (200, intent)
    stand_in.answers["GET /v1/checkout/sessions"] = lambda asked: (
        200,
        listed(*([session] if "payment_intent" in asked else [])),
    )
    return session


def test_a_refund_finds_an_adopted_payment_by_its_session(user_id, adopted, tell):
    tell("refund.created", refund_of(adopted, 200))
    ask_stripe()
    assert (balance_of(user_id), InboxEvent.objects.get().outcome) == (300, "applied")


def test_the_reconciler_finds_an_adopted_payment_by_its_session(user_id, adopted, stand_in):
    stand_in.answers["GET /v1/refunds"] = (200, listed(refund_of(adopted, 200)))
    stand_in.answers["GET /v1/disputes"] = (200, listed())
    assert [finding.is_repaired for finding in reconcile.reconcile()] == [True]
    assert balance_of(user_id) == 300


def test_a_silent_stripe_keeps_it_parked(user_id, tell, stand_in):
    tell("refund.created", refund_of(paid(open_topup(user_id)), 200))
    for path in ("payment_intents/pi", "x"):
        stand_in.answers[f"GET /v1/{path}"] = (500, {"error": {}})
    intent = InboxEvent.objects.get().payment_intent_id
    stand_in.answers[f"GET /v1/payment_intents/{intent}"] = (500, {"error": {}})
    ask_stripe()
    row = InboxEvent.objects.get()
    assert (row.outcome, "does not answer" in row.last_error) == ("parked", True)
    assert row.next_attempt_at > timezone.now()


def test_an_erased_users_refund_takes_nothing_and_fails_nothing(user_id, bought, tell):
    PaymentIndex.objects.update(erased_at=timezone.now())
    tell("refund.created", refund_of(bought, 200))
    assert balance_of(user_id) == 500


def test_each_reversal_is_one_row_for_an_operator_to_read(user_id, bought, tell):
    refund = refund_of(bought, 200)
    tell("refund.created", refund)
    with user_db(user_id):
        row = Reversal.objects.get()
    assert (row.id, row.kind, row.amount_cents, row.status) == (refund["id"], "refund", 200, "succeeded")
