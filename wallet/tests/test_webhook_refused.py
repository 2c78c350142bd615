"""Stripe's door: what is refused before anything is stored."""

import json
import time

import pytest

from tests.cast.payments import (
    balance_of,
    deliver,
    dispute_of,
    event_of,
    open_topup,
    paid,
    refund_of,
    session_of,
    signature_of,
    stored_rows,
)
from wallet.shared.models import InboxEvent
from wallet.stripe import seed as stripe_seed

COMPLETED = "checkout.session.completed"


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
    before = stored_rows()
    headers = {"Stripe-Signature": signature} if signature else {}
    answer = client.post("/api/webhook", body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert (stored_rows(), balance_of(user_id)) == (before, 0)


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


@pytest.mark.parametrize("seconds", [-301, -86_400, 360, 86_400])
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
    event = event_of(COMPLETED, paid(open_topup(user_id)))
    assert deliver(client, event, secret="whsec_old").status_code == 400
    assert balance_of(user_id) == 1000


def test_dj_stripes_header_names_no_secret_of_the_callers(client, seeded, user_id, settings):
    settings.DEBUG = True
    headers = {"X-Djstripe-Webhook-Secret": "whsec_mine"}
    event = event_of(COMPLETED, paid(open_topup(user_id)))
    assert deliver(client, event, secret="whsec_mine", **headers).status_code == 400
    deliver(client, event, **headers)
    assert balance_of(user_id) == 500


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
    assert stored_rows() == 0


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
    assert (answer.status_code, stored_rows()) == (413, 0)


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
