"""Refunds in full, in part, pending, failed and canceled."""

import pytest
import stripe


def test_partial_refunds_add_up_and_never_exceed_the_charge(stripe_api, paid):
    intent = paid().payment_intent
    stripe_api.v1.refunds.create({"payment_intent": intent, "amount": 200, "metadata": {"intent": "7"}})
    rest = stripe_api.v1.refunds.create({"payment_intent": intent})
    assert (rest.amount, rest.status) == (300, "succeeded")
    charge = stripe_api.v1.charges.retrieve(rest.charge)
    assert (charge.amount_refunded, charge.refunded) == (500, True)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        stripe_api.v1.refunds.create({"payment_intent": intent})
    assert refusal.value.code == "charge_already_refunded"
    assert [item.amount for item in stripe_api.v1.refunds.list({"charge": rest.charge}).data] == [300, 200]


def test_a_refund_is_told_by_its_own_events_and_by_its_charge(stripe_api, sandbox, receiver, paid):
    stripe_api.v1.refunds.create({"payment_intent": paid().payment_intent, "amount": 200})
    sandbox.look("deliveries/wait")
    assert sorted(receiver.types) == [
        "charge.refunded",
        "checkout.session.completed",
        "refund.created",
        "refund.updated",
    ]


def test_the_failing_cards_refund_succeeds_first_and_fails_later(stripe_api, sandbox, paid):
    made = stripe_api.v1.refunds.create({"payment_intent": paid("4000000000005126").payment_intent})
    assert made.status == "succeeded"
    failed = sandbox.control(f"refunds/{made.id}/fail")  # by itself in a few seconds
    assert (failed["status"], failed["failure_reason"]) == ("failed", "lost_or_stolen_card")
    charge = stripe_api.v1.charges.retrieve(made.charge)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert stripe_api.v1.events.list({"type": "refund.failed"}).data[0].data.object.id == made.id


def test_a_pending_refund_may_be_canceled_from_the_dashboard(stripe_api, sandbox, paid):
    made = stripe_api.v1.refunds.create({"payment_intent": paid("4000000000007726").payment_intent})
    assert made.status == "pending"
    assert sandbox.control(f"refunds/{made.id}/cancel")["status"] == "canceled"
    with pytest.raises(RuntimeError, match="status of canceled"):
        sandbox.control(f"refunds/{made.id}/succeed")


def test_only_a_refund_that_waits_for_the_customer_is_canceled_by_api(stripe_api, sandbox, paid):
    intent = paid().payment_intent
    done = stripe_api.v1.refunds.create({"payment_intent": intent, "amount": 100})
    with pytest.raises(stripe.InvalidRequestError):
        stripe_api.v1.refunds.cancel(done.id)
    waiting = sandbox.control(f"payments/{intent}/refund", amount=100, status="requires_action")
    assert stripe_api.v1.refunds.cancel(waiting["id"]).status == "canceled"


def test_an_unpaid_session_has_nothing_to_refund(stripe_api, sandbox, open_session):
    session = open_session()
    sandbox.pay(session.id, "4000000000000002")
    intent = stripe_api.v1.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        stripe_api.v1.refunds.create({"payment_intent": intent})
