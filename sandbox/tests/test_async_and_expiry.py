"""Bank debits that pay later, and sessions that end unpaid."""

import pytest
import stripe

BANK = {"payment_method_types": ["card", "us_bank_account"]}


@pytest.fixture
def promised(stripe_api, sandbox, open_session):
    """A session that is complete and not paid yet."""
    session = open_session(**BANK)
    assert sandbox.pay_later(session.id).status_code == 303
    return stripe_api.v1.checkout.sessions.retrieve(session.id)


def told(stripe_api) -> list[str]:
    found = stripe_api.v1.events.list({"type": "checkout.session.*"}).data
    return [event.type.removeprefix("checkout.session.") for event in reversed(found)]


def test_a_bank_debit_completes_unpaid(stripe_api, promised):
    assert (promised.status, promised.payment_status) == ("complete", "unpaid")
    assert stripe_api.v1.payment_intents.retrieve(promised.payment_intent).status == "processing"
    assert told(stripe_api) == ["completed"]


@pytest.mark.parametrize(("succeeds", "status"), [(True, "paid"), (False, "unpaid")])
def test_the_bank_answers_from_the_control_page(stripe_api, sandbox, promised, succeeds, status):
    sandbox.control(f"payments/{promised.id}/settle", succeeded=succeeds)
    assert stripe_api.v1.checkout.sessions.retrieve(promised.id).payment_status == status
    assert told(stripe_api) == ["completed", f"async_payment_{'succeeded' if succeeds else 'failed'}"]


def test_the_bank_answers_by_itself_after_the_chosen_delay(stripe_api, sandbox, receiver, open_session):
    session = open_session(**BANK)
    sandbox.pay_later(session.id, "succeed", delay_seconds="0")
    while "checkout.session.async_payment_succeeded" not in receiver.types:
        sandbox.look("deliveries/wait")
    assert stripe_api.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_a_bank_debit_must_be_offered(sandbox, open_session):
    answer = sandbox.pay_later(open_session().id)
    assert answer.status_code == 400
    assert "not offered" in answer.text


def test_an_expired_session_cannot_be_paid(stripe_api, sandbox, open_session):
    session = stripe_api.v1.checkout.sessions.expire(open_session().id)
    assert (session.status, session.url) == ("expired", None)
    assert "has expired" in sandbox.pay(session.id).text
    assert told(stripe_api) == ["expired"]


def test_a_paid_session_cannot_be_expired(stripe_api, paid):
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        stripe_api.v1.checkout.sessions.expire(paid().id)


def test_expiry_cancels_the_payment_that_was_begun(stripe_api, sandbox, open_session):
    session = open_session()
    sandbox.pay(session.id, "4000000000000002")
    stripe_api.v1.checkout.sessions.expire(session.id)
    intent = stripe_api.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent"]}
    ).payment_intent
    assert intent.status == "canceled"
