"""Signed, filtered, retried, and still there after a restart."""

import time

import stripe

from sandbox.testing import RunningSandbox
from sandbox.tests.conftest import SECRET, client_of, session_params


def test_a_payment_is_told_once_signed_and_verifiable(sandbox, receiver, paid):
    session = paid()
    assert sandbox.look("deliveries/wait")["idle"]
    assert receiver.types == ["checkout.session.completed"]
    signature, _ = receiver.received[0]
    event = stripe.Webhook.construct_event(receiver.bodies[0], signature, SECRET)
    assert event.data.object.id == session.id
    assert event.api_version == stripe.api_version


def test_an_endpoint_made_by_api_gets_the_types_it_asked_for(stripe_api, sandbox, receiver, paid):
    wanted = ["payment_intent.succeeded", "charge.succeeded"]
    made = stripe_api.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": wanted})
    paid()
    sandbox.look("deliveries/wait")
    assert set(receiver.types) == {"checkout.session.completed", *wanted}
    signatures = dict(zip(receiver.types, receiver.received, strict=True))
    at = receiver.types.index("charge.succeeded")
    stripe.Webhook.construct_event(receiver.bodies[at], signatures["charge.succeeded"][0], made.secret)


def test_a_disabled_or_deleted_endpoint_gets_nothing(stripe_api, sandbox, receiver, paid):
    params = {"url": receiver.url, "enabled_events": ["charge.succeeded"], "api_version": stripe.api_version}
    disabled, deleted = (stripe_api.v1.webhook_endpoints.create(params) for _ in range(2))
    stripe_api.v1.webhook_endpoints.update(disabled.id, {"disabled": True})
    stripe_api.v1.webhook_endpoints.delete(deleted.id)
    paid()
    sandbox.look("deliveries/wait")
    assert receiver.types == ["checkout.session.completed"]


def test_a_refused_delivery_is_tried_again_with_a_fresh_signature(sandbox, receiver, paid):
    receiver.statuses = [500]
    paid()
    assert sandbox.look("deliveries/wait")["idle"]
    assert len(receiver.bodies) == 2
    assert receiver.received[0][1]["id"] == receiver.received[1][1]["id"]
    assert receiver.received[0][0] != receiver.received[1][0]


def test_what_was_not_delivered_goes_out_after_a_restart(tmp_path, receiver):
    sandbox = RunningSandbox(tmp_path, receiver.url, SECRET)
    receiver.statuses = [503]
    with sandbox:
        session = client_of(sandbox).v1.checkout.sessions.create(session_params())
        sandbox.pay(session.id)
        while not receiver.received:
            time.sleep(0.01)
    with sandbox:
        assert sandbox.look("deliveries/wait")["idle"]
        assert client_of(sandbox).v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert len(receiver.received) == 2
