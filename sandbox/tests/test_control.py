"""Webhooks held, reordered, repeated; the API slow, failing, silent; and a control page that shows it."""

import timeit

import pytest
import requests
import stripe

from sandbox.tests.conftest import client_of, session_params


def test_held_events_are_released_in_the_order_asked_for(stripe_api, sandbox, receiver, paid):
    sandbox.control("deliveries/mode", hold=True)
    stripe_api.v1.refunds.create({"payment_intent": paid().payment_intent})
    assert receiver.types == []
    order = ["charge.refunded", "checkout.session.completed"]
    released = sandbox.control("deliveries/release", order=order, copies=2)["released"]
    assert [item["status"] for item in released] == [200] * 4
    assert receiver.types == [name for name in order for _ in range(2)]
    sandbox.control("deliveries/release", order="reversed")
    assert receiver.types[4:] == ["refund.updated", "refund.created"]


def test_an_event_is_sent_again_on_request(stripe_api, sandbox, receiver, paid):
    paid()
    event = stripe_api.v1.events.list({"type": "checkout.session.completed"}).data[0]
    sandbox.control(f"events/{event.id}/resend", copies=2)
    sandbox.look("deliveries/wait")
    assert [found["id"] for _, found in receiver.received] == [event.id] * 3


def test_events_are_delayed(sandbox, receiver, paid):
    sandbox.control("deliveries/mode", delay_ms=60_000)
    paid()
    assert sandbox.look("deliveries/wait", timeout_seconds=1)["idle"] is False
    sandbox.control("deliveries/retry")
    assert sandbox.look("deliveries/wait")["idle"]
    assert receiver.types == ["checkout.session.completed"]


def test_an_event_that_stripe_would_not_send_is_made_up(sandbox, receiver, paid):
    session = paid()
    made_up = {"object": session.id, "patch": {"amount_subtotal": 7}, "event": {"livemode": True}}
    sandbox.control("events/emit", type="checkout.session.completed", **made_up)
    sandbox.look("deliveries/wait")
    told = {(event["livemode"], event["data"]["object"]["amount_subtotal"]) for _, event in receiver.received}
    assert told == {(False, 500), (True, 7)}


def test_the_api_is_slow_for_one_call(stripe_api, sandbox):
    sandbox.control("faults", slow_ms=1500, times=1)
    slow, usual = (timeit.timeit(stripe_api.v1.refunds.list, number=1) for _ in range(2))
    assert usual < 1.5 <= slow


def test_the_api_fails_below_a_path_until_reset(stripe_api, sandbox, open_session):
    sandbox.control("faults", status=503, path="/v1/checkout")
    with pytest.raises(stripe.APIError) as failure:
        stripe_api.v1.checkout.sessions.list()
    assert failure.value.http_status == 503
    assert stripe_api.v1.refunds.list().data == []
    sandbox.control("faults/reset")
    assert stripe_api.v1.checkout.sessions.list().data == []


def test_the_api_hangs_until_the_caller_gives_up(sandbox):
    sandbox.control("faults", hang=True)
    impatient = client_of(sandbox, http_client=stripe.RequestsClient(timeout=0.3))
    with pytest.raises(stripe.APIConnectionError):
        impatient.v1.refunds.list()
    assert sandbox.look("faults")["faults"][0]["hang"]


def test_a_fault_after_the_call_loses_only_the_answer(stripe_api, sandbox):
    sandbox.control("faults", status=500, after=True, times=1)
    with pytest.raises(stripe.APIError):
        stripe_api.v1.checkout.sessions.create(session_params())
    assert len(stripe_api.v1.checkout.sessions.list().data) == 1


def test_the_control_page_shows_payments_and_its_buttons_work(stripe_api, sandbox, paid):
    session = paid()
    page = requests.get(sandbox.url, timeout=5).text
    assert session.payment_intent in page
    assert "checkout.session.completed" in page
    form = {"amount": "150"}
    answer = requests.post(f"{sandbox.url}/control/payments/{session.payment_intent}/refund", form, timeout=5)
    assert answer.url == f"{sandbox.url}/"
    assert stripe_api.v1.refunds.list().data[0].amount == 150


def test_a_wrong_command_is_refused_with_its_reason(sandbox):
    with pytest.raises(RuntimeError, match="unknown: colour"):
        sandbox.control("faults", colour="red")
