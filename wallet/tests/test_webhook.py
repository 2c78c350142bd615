"""Stripe's door: what is let in, what is refused before anything is stored, what an event costs `default`."""

import json
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from djstripe.models import Event, WebhookEventTrigger

from reelballers.models import User
from reelballers.user_db import user_db_path
from wallet import stripe_inbox, stripe_seed
from wallet.shared.models import InboxEvent, PaymentIndex, UnmatchedPayment
from wallet.tests.factory import (
    balance_of,
    deliver,
    dispute_of,
    event_of,
    lines_of,
    new_id,
    open_topup,
    paid,
    refund_of,
    session_of,
    signature_of,
)

COMPLETED = "checkout.session.completed"


def stored() -> int:
    models = (InboxEvent, Event, WebhookEventTrigger, PaymentIndex, UnmatchedPayment)
    return sum(model.objects.count() for model in models)


def test_a_paid_session_is_credited(client, seeded, user_id):
    answer = deliver(client, event_of(COMPLETED, paid(open_topup(user_id))))
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert balance_of(user_id) == 500


def test_dj_stripe_records_the_event(client, seeded, user_id):
    event = event_of(COMPLETED, paid(open_topup(user_id)))
    deliver(client, event)
    assert Event.objects.get().data == event["data"]
    assert WebhookEventTrigger.objects.get().processed


def test_what_dj_stripe_cannot_store_is_credited_all_the_same(client, db, user_id):
    """A secret came into the environment and `setup` was not run: dj-stripe has no endpoint for it."""
    assert deliver(client, event_of(COMPLETED, paid(open_topup(user_id)))).status_code == 200
    assert (balance_of(user_id), Event.objects.count()) == (500, 0)


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
    assert stored() == 0


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
    assert stripe_inbox.sweep() == 1
    assert balance_of(user_id) == 500


# --- What is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "nonsense",
        "t=,v1=",
        "t=1,v1=é",
        "t=99999999999999999999,v1=ab",
        "v1=ab",
        "t=now,v1=ab",
        "x" * 10_000,
    ],
)
def test_a_missing_or_broken_signature_is_400(client, seeded, user_id, signature):
    body = json.dumps(event_of(COMPLETED, paid(open_topup(user_id)))).encode()
    before = stored()
    headers = {"Stripe-Signature": signature} if signature else {}
    answer = client.post("/api/webhook", body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert (stored(), balance_of(user_id)) == (before, 0)


def test_a_wrong_secret_is_400(client, seeded, user_id):
    event = event_of(COMPLETED, paid(open_topup(user_id)))
    assert deliver(client, event, secret="whsec_someone_elses").status_code == 400
    assert not InboxEvent.objects.exists()


def test_a_changed_body_is_400(client, seeded, user_id, settings):
    body = json.dumps(event_of(COMPLETED, paid(open_topup(user_id)))).encode()
    signature = signature_of(body, settings.STRIPE_WEBHOOK_SECRETS[0])
    changed = body.replace(b"500", b"900")
    answer = client.post(
        "/api/webhook", changed, content_type="application/json", headers={"Stripe-Signature": signature}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("seconds", [-301, -86_400, 302, 86_400])
def test_an_old_or_future_timestamp_is_400(client, seeded, user_id, seconds):
    event = event_of(COMPLETED, paid(open_topup(user_id)))
    assert deliver(client, event, at=int(time.time()) + seconds).status_code == 400
    assert not InboxEvent.objects.exists()


def test_the_second_secret_is_accepted_while_rotating(client, db, user_id, settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_old"]
    stripe_seed.seed()
    for secret in ("whsec_new", "whsec_old"):
        assert (
            deliver(client, event_of(COMPLETED, paid(open_topup(user_id))), secret=secret).status_code == 200
        )
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new"]
    assert deliver(client, event_of(COMPLETED, {}), secret="whsec_old").status_code == 400
    assert balance_of(user_id) == 1000


def test_dj_stripes_header_names_no_secret_of_the_callers(client, seeded, user_id, settings):
    settings.DEBUG = True
    headers = {"X-Djstripe-Webhook-Secret": "whsec_mine"}
    event = event_of(COMPLETED, paid(open_topup(user_id)))
    assert deliver(client, event, secret="whsec_mine", **headers).status_code == 400
    deliver(client, event, **headers)
    assert WebhookEventTrigger.objects.get().valid


def test_the_wrong_livemode_is_400(client, seeded, user_id):
    event = event_of(COMPLETED, paid(open_topup(user_id)), livemode=True)
    assert deliver(client, event).status_code == 400
    assert not InboxEvent.objects.exists()


def malformed():
    session = paid(session_of("0" * 32, "t", "cs_1", 500))
    refund = refund_of(session, 100)
    yield from (b"", b"[]", b"null", b'"x"', b"{", b"\xff\xfe", b"[" * 100_000, b'{"object":"event"}')
    for name in ("id", "type", "created", "livemode", "data"):
        for value in (None, [], "", -1, 1.5, True, {"object": None}, "\ud800", "x\x00"):
            yield event_of(COMPLETED, session) | {name: value}
    for changed in (
        {"id": None},
        {"id": "a b"},
        {"metadata": [1]},
        {"payment_intent": 5},
        {"livemode": "no"},
    ):
        yield event_of(COMPLETED, session | changed)
    for changed in ({"object": "charge"}, {"amount_total": 10**30}, {"payment_intent": {"id": "\u0000"}}):
        yield event_of(COMPLETED, session | changed)
    for amount in (None, "5", 0, -5, 1.5, True, 10**30):
        yield event_of("refund.created", refund | {"amount": amount})
    yield json.dumps(event_of(COMPLETED, session)).replace("500", "NaN").encode()


@pytest.mark.parametrize("event", list(malformed()), ids=lambda _: "")
def test_a_signed_but_malformed_event_is_400_and_stores_nothing(client, seeded, event):
    assert deliver(client, event).status_code == 400
    assert stored() == 0


def test_no_field_of_an_event_can_make_it_fail_for_ever(client, seeded, user_id):
    """Whatever a field becomes, the answer is 200 (perhaps unmatched) or 400, never an endless 5xx."""
    junk = [None, [], {}, "", "x", 0, -1, 1.5, True, [[]], {"id": 5}, 10**17]
    session = paid(open_topup(user_id))
    things = [(COMPLETED, session), ("refund.updated", refund_of(session, 100))]
    things += [("charge.dispute.created", dispute_of(session, 100, "needs_response"))]
    for event_type, thing in things:
        for name in thing:
            for value in junk:
                event = event_of(event_type, {**thing, name: value})
                assert deliver(client, event).status_code in {200, 400}, (event_type, name, value)
    for name in ("api_version", "pending_webhooks", "request"):
        for value in junk:
            event = event_of(COMPLETED, session) | {name: value}
            assert deliver(client, event).status_code in {200, 400}, (name, value)
    assert 0 <= balance_of(user_id) <= 500


def test_10_megabytes_are_413(client, seeded):
    answer = deliver(client, b'{"a":"' + b"x" * 10_000_000 + b'"}')
    assert (answer.status_code, stored()) == (413, 0)


def test_only_post(client):
    assert client.get("/api/webhook").status_code == 405


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=[pytest.mark.slow])])
def test_forged_posts_leave_the_database_as_large_as_it_was(client, new_user, default_size, count):
    stripe_seed.seed()
    body = json.dumps(event_of(COMPLETED, paid(open_topup(new_user())))).encode()
    before = default_size()
    for _ in range(count):
        client.post(
            "/api/webhook", body, content_type="application/json", headers={"Stripe-Signature": "t=1,v1=a"}
        )
    assert default_size() == before


# --- What it costs ----------------------------------------------------------------------------------------------


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
    for event_type in stripe_inbox.OUR_EVENTS:
        kind = event_type.split(".")[0 if not event_type.startswith("charge.d") else 1]
        thing = {"checkout": session, "refund": refund, "dispute": dispute, "charge": charge}[kind]
        assert deliver(client, event_of(event_type, thing)).status_code == 200
    assert stand_in.asked == []
