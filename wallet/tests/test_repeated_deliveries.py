"""What Stripe tells again while an event is open brings its next attempt nearer, never further away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reelballers.user_db import user_db_path
from tests.cast.payments import balance_of, deliver, event_of, open_topup, paid, refund_of
from wallet.payments import events
from wallet.payments.fulfil import fulfil
from wallet.shared.models import InboxEvent
from wallet.tests.stand_in import listed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]

AWAY = (503, {"error": {"type": "api_error"}})


@pytest.fixture
def refunded(user_id):
    """A payment that was credited; answers its session and the event that hints at a refund."""
    session = paid(open_topup(user_id))
    fulfil(session)
    charge = {"id": "ch_1", "object": "charge", "payment_intent": session["payment_intent"]}
    return session, event_of("charge.refunded", charge)


def row():
    return InboxEvent.objects.get()


def postpone(**wait):
    InboxEvent.objects.update(next_attempt_at=timezone.now() + timedelta(**wait))


def test_eight_copies_are_asked_about_at_once(client, user_id, refunded, stand_in):
    session, event = refunded
    for _ in range(8):
        assert deliver(client, event).status_code == 200
    assert row().next_attempt_at <= timezone.now()
    stand_in.answers["GET /v1/refunds"] = (200, listed(refund_of(session, 100)))
    events.ask_stripe()
    assert balance_of(user_id) == 400


def test_a_copy_brings_an_attempt_that_is_far_away_nearer(client, refunded, stand_in):
    _, event = refunded
    deliver(client, event)
    postpone(hours=1)
    deliver(client, event)
    assert row().next_attempt_at < timezone.now() + timedelta(seconds=10)


def test_copies_that_fail_do_not_count_as_the_workers_attempts(client, user_id):
    event = event_of("checkout.session.completed", paid(open_topup(user_id)))
    user_db_path(user_id).rename(user_db_path(user_id).with_name("lost"))
    for _ in range(8):
        assert deliver(client, event).status_code == 503
    assert row().outcome == "pending"
    assert row().next_attempt_at < timezone.now() + timedelta(seconds=10)


def test_the_worker_itself_waits_longer_each_time(client, refunded, stand_in):
    _, event = refunded
    stand_in.answers["GET /v1/refunds"] = (400, {"error": {"type": "invalid_request_error", "code": "x"}})
    deliver(client, event)
    waits = []
    for _ in range(4):
        postpone(seconds=-1)
        events.ask_stripe()
        waits.append(round((row().next_attempt_at - timezone.now()).total_seconds()))
    assert waits == sorted(set(waits))


def test_a_stripe_that_is_away_is_no_fault_of_the_event(client, user_id, refunded, stand_in):
    """However long it is away, it is asked again within seconds of its return."""
    _, event = refunded
    stand_in.answers["GET /v1/refunds"] = AWAY
    for _ in range(20):
        deliver(client, event)
        postpone(seconds=-1)
        events.ask_stripe()
    assert row().next_attempt_at < timezone.now() + timedelta(seconds=15)
