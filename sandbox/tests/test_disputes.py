"""Disputes: opened with the funds withdrawn, won or lost; inquiries take nothing."""

import pytest
import stripe


def only_dispute(stripe_api, session):
    return stripe_api.v1.disputes.list({"payment_intent": session.payment_intent}).data[0]


def told(stripe_api) -> list[str]:
    found = stripe_api.v1.events.list({"type": "charge.dispute.*", "limit": 100}).data
    return [event.type.removeprefix("charge.dispute.") for event in reversed(found)]


def test_the_disputing_card_pays_and_is_disputed(stripe_api, paid):
    session = paid("4000000000000259")
    dispute = only_dispute(stripe_api, session)
    assert (session.payment_status, dispute.status, dispute.amount) == ("paid", "needs_response", 500)
    assert [item.amount for item in dispute.balance_transactions] == [-500]
    assert told(stripe_api) == ["created", "funds_withdrawn"]
    assert stripe_api.v1.charges.retrieve(dispute.charge).disputed


def test_a_disputed_charge_cannot_be_refunded(stripe_api, paid):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        stripe_api.v1.refunds.create({"payment_intent": paid("4000000000000259").payment_intent})
    assert refusal.value.code == "charge_disputed"


def test_winning_gives_the_funds_back(stripe_api, sandbox, paid):
    dispute = only_dispute(stripe_api, paid("4000000000000259"))
    won = sandbox.control(f"disputes/{dispute.id}/win")
    assert (won["status"], sum(item["amount"] for item in won["balance_transactions"])) == ("won", 0)
    assert told(stripe_api) == ["created", "funds_withdrawn", "closed", "funds_reinstated"]


def test_closing_by_api_accepts_the_loss(stripe_api, paid):
    dispute = stripe_api.v1.disputes.close(only_dispute(stripe_api, paid("4000000000000259")).id)
    assert dispute.status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        stripe_api.v1.disputes.close(dispute.id)


def test_winning_evidence_wins(stripe_api, paid):
    dispute = only_dispute(stripe_api, paid("4000000000000259"))
    evidence = {"uncategorized_text": "winning_evidence"}
    assert stripe_api.v1.disputes.update(dispute.id, {"evidence": evidence}).status == "won"


def test_an_inquiry_takes_nothing_until_it_is_escalated(stripe_api, sandbox, paid):
    dispute = only_dispute(stripe_api, paid("4000000000001976"))
    assert (dispute.status, dispute.balance_transactions) == ("warning_needs_response", [])
    assert sandbox.control(f"disputes/{dispute.id}/escalate")["status"] == "needs_response"
    assert told(stripe_api) == ["created", "updated", "funds_withdrawn"]


def test_a_partial_dispute_of_any_payment_is_opened_on_request(stripe_api, sandbox, paid):
    session = paid()
    sandbox.control(f"payments/{session.id}/dispute", amount=120, withdraw_funds=False)
    dispute = only_dispute(stripe_api, session)
    assert (dispute.amount, dispute.balance_transactions) == (120, [])
    sandbox.control(f"disputes/{dispute.id}/withdraw")
    sandbox.control(f"disputes/{dispute.id}/reinstate")
    assert told(stripe_api) == ["created", "funds_withdrawn", "funds_reinstated"]
