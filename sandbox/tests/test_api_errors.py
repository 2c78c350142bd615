"""Keys, unknown things and wrong parameters are answered in Stripe's shapes."""

import pytest
import requests
import stripe

from sandbox.tests.conftest import client_of, session_params


@pytest.mark.parametrize("key", ["sk_live_" + "a" * 30, "sk_test_short", "pk_test_" + "a" * 30])
def test_only_long_test_keys_are_taken(sandbox, key):
    with pytest.raises(stripe.AuthenticationError):
        client_of(sandbox, key).v1.checkout.sessions.list()


def test_a_restricted_test_key_is_taken(sandbox):
    assert client_of(sandbox, "rk_test_" + "a" * 30).v1.refunds.list().data == []


def test_a_missing_object_is_a_404_with_its_name(stripe_api):
    with pytest.raises(stripe.InvalidRequestError) as missing:
        stripe_api.v1.payment_intents.retrieve("pi_none")
    error = missing.value
    assert (error.http_status, error.code) == (404, "resource_missing")
    assert error.user_message == "No such payment_intent: 'pi_none'"
    assert error.request_id.startswith("req_")


def test_an_unknown_url_is_a_404(sandbox, stripe_api):
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        stripe_api.v1.payouts.list()


@pytest.mark.parametrize(
    ("changed", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"mode": "gift"}, None, "mode"),
        ({"payment_method_types": ["shells"]}, None, "payment_method_types[0]"),
        ({"metadata": {"k" * 41: "v"}}, None, None),
        ({"line_items": [{"price_data": {"currency": "usd"}, "quantity": 1}]}, None, None),
        ({"success_url": "nowhere"}, "url_invalid", "success_url"),
        ({"expires_at": 1}, None, "expires_at"),
    ],
)
def test_what_stripe_would_refuse_is_refused(stripe_api, changed, code, param):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        stripe_api.v1.checkout.sessions.create(session_params(**changed))
    assert refusal.value.http_status == 400
    assert refusal.value.code == code
    if param:
        assert refusal.value.param == param


def test_less_than_50_cents_is_too_small(stripe_api):
    price = {"currency": "usd", "product_data": {"name": "49 Credits"}, "unit_amount": 49}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        stripe_api.v1.checkout.sessions.create(
            session_params(line_items=[{"price_data": price, "quantity": 1}])
        )
    assert refusal.value.code == "amount_too_small"


def test_another_host_and_another_sites_page_are_turned_away(sandbox):
    rebound = requests.get(sandbox.url, headers={"Host": "evil.example"}, timeout=5)
    foreign = requests.post(
        f"{sandbox.url}/control/reset", headers={"Origin": "https://evil.example"}, timeout=5
    )
    assert (rebound.status_code, foreign.status_code) == (400, 403)
