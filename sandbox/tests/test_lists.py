"""Pages, cursors, filters and expansion."""

import time

import pytest
import stripe


@pytest.fixture
def five(open_session):
    return [open_session().id for _ in range(5)]


def test_pages_go_from_new_to_old(stripe_api, five):
    first = stripe_api.v1.checkout.sessions.list({"limit": 2})
    assert ([item.id for item in first.data], first.has_more) == (five[:2:-1], True)
    last = stripe_api.v1.checkout.sessions.list({"limit": 3, "starting_after": five[3]})
    assert ([item.id for item in last.data], last.has_more) == ([five[2], five[1], five[0]], False)
    back = stripe_api.v1.checkout.sessions.list({"limit": 2, "ending_before": five[1]})
    assert ([item.id for item in back.data], back.has_more) == ([five[3], five[2]], True)


def test_the_clients_own_iterator_sees_each_once(stripe_api, five):
    found = [item.id for item in stripe_api.v1.checkout.sessions.list({"limit": 2}).auto_paging_iter()]
    assert found == five[::-1]


def test_created_filters(stripe_api, five):
    now = int(time.time())
    assert stripe_api.v1.checkout.sessions.list({"created": {"gt": now + 5}}).data == []
    assert len(stripe_api.v1.checkout.sessions.list({"created": {"gte": now - 60, "lte": now + 5}}).data) == 5


def test_a_session_is_found_by_its_payment_intent(stripe_api, paid, open_session):
    session = paid()
    open_session()
    found = stripe_api.v1.checkout.sessions.list({"payment_intent": session.payment_intent})
    assert [item.id for item in found.data] == [session.id]


def test_expand_goes_through_lists_and_levels(stripe_api, paid):
    session = paid()
    paths = ["data.payment_intent.latest_charge.balance_transaction", "data.line_items"]
    found = stripe_api.v1.checkout.sessions.list({"expand": paths}).data[0]
    charge = found.payment_intent.latest_charge
    assert charge.balance_transaction.fee == 45
    assert found.line_items.data[0].description == "500 Credits"
    assert stripe_api.v1.checkout.sessions.line_items.list(session.id).data[0].amount_total == 500


def test_what_cannot_be_expanded_is_refused(stripe_api, paid):
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        stripe_api.v1.payment_intents.retrieve(paid().payment_intent, {"expand": ["amount"]})


def test_events_are_listed_by_type(stripe_api, paid):
    paid()
    found = stripe_api.v1.events.list({"types": ["charge.succeeded", "checkout.session.completed"]})
    assert [event.type for event in found.data] == ["checkout.session.completed", "charge.succeeded"]
    assert stripe_api.v1.events.retrieve(found.data[0].id).data.object.object == "checkout.session"
