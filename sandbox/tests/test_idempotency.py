"""Idempotency-Key: the same answer again, and Stripe's errors for its misuse."""

import threading

import pytest
import stripe

from sandbox.tests.conftest import client_of, session_params


def test_the_same_key_and_request_get_the_first_answer_again(stripe_api):
    options = {"idempotency_key": "topup-1"}
    first = stripe_api.v1.checkout.sessions.create(session_params(), options)
    again = stripe_api.v1.checkout.sessions.create(session_params(), options)
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(stripe_api.v1.checkout.sessions.list().data) == 1


def test_the_same_key_with_other_parameters_is_refused(stripe_api):
    stripe_api.v1.checkout.sessions.create(session_params(), {"idempotency_key": "topup-2"})
    other = session_params(client_reference_id="someone-else")
    with pytest.raises(stripe.IdempotencyError) as refusal:
        stripe_api.v1.checkout.sessions.create(other, {"idempotency_key": "topup-2"})
    assert refusal.value.http_status == 400


def test_wrong_parameters_do_not_use_up_the_key(stripe_api):
    with pytest.raises(stripe.InvalidRequestError):
        stripe_api.v1.refunds.create({"amount": 5}, {"idempotency_key": "refund-1"})
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"):
        stripe_api.v1.refunds.create({"payment_intent": "pi_none"}, {"idempotency_key": "refund-1"})


def test_a_refusal_that_came_from_executing_is_remembered(stripe_api, paid):
    intent = paid().payment_intent
    params, options = {"payment_intent": intent, "amount": 501}, {"idempotency_key": "refund-2"}
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded") as refusal:
            stripe_api.v1.refunds.create(params, options)
    assert refusal.value.headers["Idempotent-Replayed"] == "true"


def test_a_second_request_while_the_first_runs_gets_409(stripe_api, sandbox):
    sandbox.control("faults", slow_ms=800, times=1)
    options = {"idempotency_key": "topup-3"}
    first = threading.Thread(target=stripe_api.v1.checkout.sessions.create, args=(session_params(), options))
    first.start()
    while sandbox.look("faults")["faults"]:
        pass
    with pytest.raises(stripe.StripeError) as conflict:
        stripe_api.v1.checkout.sessions.create(session_params(), options)
    first.join()
    assert conflict.value.http_status == 409
    assert conflict.value.error.code == "idempotency_key_in_use"


def test_the_client_that_retries_after_a_lost_answer_pays_once(sandbox):
    sandbox.control("faults", reset=True, after=True, times=1, method="POST")
    session = client_of(sandbox, max_network_retries=1).v1.checkout.sessions.create(session_params())
    assert session.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(client_of(sandbox).v1.checkout.sessions.list().data) == 1
