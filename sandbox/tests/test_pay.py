"""The checkout page and the test cards."""

import requests

PAYS, DECLINES, ASKS = "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0025 0000 3155"


def test_it_opens_unpaid_without_a_payment_intent(open_session):
    session = open_session()
    assert (session.status, session.payment_status, session.payment_intent) == ("open", "unpaid", None)
    assert (session.amount_subtotal, session.amount_total, session.currency) == (500, 500, "usd")
    assert len(session.id) == 66
    assert session.livemode is False


def test_a_good_card_pays_and_returns_to_the_app(stripe_api, sandbox, open_session):
    session = open_session()
    answer = sandbox.pay(session.id, PAYS)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://localhost:8000/success?session_id={session.id}"
    session = stripe_api.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert session.payment_intent.metadata["credits"] == "500"
    assert session.payment_intent.latest_charge.paid


def test_a_declined_card_says_so_and_may_be_followed_by_another(stripe_api, sandbox, open_session):
    session = open_session()
    answer = sandbox.pay(session.id, DECLINES)
    assert answer.status_code == 402
    assert "Your card was declined." in answer.text
    assert sandbox.pay(session.id, PAYS).status_code == 303
    intent = stripe_api.v1.checkout.sessions.retrieve(session.id).payment_intent
    charges = stripe_api.v1.charges.list({"payment_intent": intent}).data
    assert [charge.status for charge in charges] == ["succeeded", "failed"]


def test_a_real_card_number_is_declined(sandbox, open_session):
    answer = sandbox.pay(open_session().id, "4111 1111 1111 1111")
    assert answer.status_code == 402
    assert "non test card" in answer.text


def test_authentication_accepted_pays(stripe_api, sandbox, open_session):
    session = open_session()
    answer = sandbox.pay(session.id, ASKS)
    assert answer.headers["Location"] == f"/c/pay/{session.id}/authenticate"
    assert stripe_api.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    answer = sandbox.authenticate(session.id, accept=True)
    assert answer.headers["Location"].endswith(session.id)
    assert stripe_api.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_authentication_refused_leaves_the_session_open(stripe_api, sandbox, open_session):
    session = open_session()
    sandbox.pay(session.id, ASKS)
    answer = sandbox.authenticate(session.id, accept=False)
    assert answer.status_code == 402
    assert "unable to authenticate" in answer.text
    assert (
        f'action="/c/pay/{session.id}"' in answer.text
    )  # the next try is a payment, not an answer to the bank
    assert stripe_api.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert sandbox.pay(session.id, PAYS).status_code == 303


def test_a_session_is_paid_only_once(stripe_api, sandbox, paid):
    session = paid()
    assert "Already paid" in sandbox.pay(session.id, PAYS).text
    assert len(stripe_api.v1.charges.list({"payment_intent": session.payment_intent}).data) == 1


def test_a_wrong_expiry_is_pointed_out(sandbox, open_session):
    answer = sandbox.pay(open_session().id, PAYS, expiry="01/20")
    assert answer.status_code == 400
    assert "in the past" in answer.text


def test_an_unknown_session_is_a_friendly_404(sandbox):
    answer = requests.get(f"{sandbox.url}/c/pay/cs_test_none", timeout=5)
    assert answer.status_code == 404
    assert "No such checkout" in answer.text
