"""What an event, a read and a spend cost `default`, and that an event costs no call to Stripe."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reelballers.models import User
from tests.cast.payments import (
    deliver,
    dispute_of,
    event_of,
    open_topup,
    paid,
    refund_of,
    session_of,
)
from wallet.stripe import seed as stripe_seed
from wallet.stripe.event_types import OUR_EVENTS

COMPLETED = "checkout.session.completed"


def commits(queries) -> int:
    """Transactions with a write in them, and writes outside of any."""
    count, is_open, has_written = 0, False, False
    for sql in (query["sql"].lstrip().upper() for query in queries):
        writes = sql.startswith(("INSERT", "UPDATE", "DELETE"))
        if sql.startswith("BEGIN"):
            is_open, has_written = True, False
        elif sql.startswith("COMMIT"):
            count, is_open = count + has_written, False
        elif writes and is_open:
            has_written = True
        else:
            count += writes
    return count


@pytest.mark.django_db(transaction=True)
def test_a_credit_writes_default_three_times_and_its_replay_not_at_all(client, new_user):
    user_id = new_user()
    stripe_seed.seed()
    event = event_of(COMPLETED, paid(open_topup(user_id)))
    with CaptureQueriesContext(connection) as queries:
        assert deliver(client, event).status_code == 200
    assert commits(queries) == 3
    with CaptureQueriesContext(connection) as queries:
        assert deliver(client, event).status_code == 200
    assert commits(queries) == 0


@pytest.mark.django_db(transaction=True)
def test_reading_and_spending_write_default_not_at_all_and_a_guest_twice(client, visit, new_user, stand_in):
    user_id = new_user()
    browser = visit(user_id)
    browser.get("/api/wallet")  # the session is renewed once a day: here
    with CaptureQueriesContext(connection) as queries:
        browser.get("/api/wallet")
        browser.get("/api/wallet/ledger")
        browser.post("/api/debit", {"job_id": "j", "cost_cents": 5}, content_type="application/json")
    assert commits(queries) == 0
    session = session_of("x", "t", "cs_1", 500) | {"url": "https://checkout.example.com"}
    stand_in.answers["POST /v1/checkout/sessions"] = (200, session)
    with CaptureQueriesContext(connection) as queries:
        client.post("/api/topup", {"amount_cents": 500}, content_type="application/json")
    assert commits(queries) == 2 + 1  # the guest, its session; and the payment's index row
    assert User.objects.count() == 2


def test_a_webhook_never_calls_stripe(client, seeded, user_id, stand_in):
    session = paid(open_topup(user_id))
    refund, dispute = refund_of(session, 100), dispute_of(session, 100, "lost")
    charge = {
        "id": "ch_1",
        "object": "charge",
        "payment_intent": session["payment_intent"],
        "amount_refunded": 100,
    }
    for event_type in OUR_EVENTS:
        kind = event_type.split(".")[0 if not event_type.startswith("charge.d") else 1]
        thing = {"checkout": session, "refund": refund, "dispute": dispute, "charge": charge}[kind]
        assert deliver(client, event_of(event_type, thing)).status_code == 200
    assert stand_in.asked == []
