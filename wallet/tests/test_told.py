"""dj-stripe has each event within seconds of its credit, from the worker; the request does without it."""

import threading

import pytest
from django.db import connections
from djstripe import models

from tests.cast.payments import balance_of, deliver, event_of, open_topup, paid
from wallet.shared.models import InboxEvent
from wallet.stripe import copies, told
from wallet.stripe import seed as stripe_seed

COMPLETED = "checkout.session.completed"


@pytest.fixture
def event(client, seeded, user_id):
    """An event of a payment, delivered and applied."""
    sent = event_of(COMPLETED, paid(open_topup(user_id)))
    assert deliver(client, sent).status_code == 200
    assert balance_of(user_id) == 500
    return sent


def payload():
    return InboxEvent.objects.get().payload


def test_the_request_leaves_dj_stripe_to_the_worker(event):
    assert not models.Event.objects.exists()
    assert told.hand_over() == 1
    stored, trigger = models.Event.objects.get(), models.WebhookEventTrigger.objects.get()
    assert stored.data == event["data"]
    assert (trigger.event_id, trigger.valid, trigger.processed) == (event["id"], True, True)
    assert (trigger.remote_ip, trigger.webhook_endpoint) == (
        "127.0.0.1",
        models.WebhookEndpoint.objects.get(),
    )


def test_the_inbox_keeps_what_we_read_once_dj_stripe_has_the_event(event):
    told.hand_over()
    assert payload() == {name: event[name] for name in ("id", "type", "created", "data")}


def test_an_event_is_handed_over_once(client, event):
    told.hand_over()
    deliver(client, event)
    assert told.hand_over() == 0
    assert models.WebhookEventTrigger.objects.count() == 1


def test_it_does_not_wait_for_a_stripe_that_is_silent(event, stand_in):
    stand_in.answers = {}
    copies.copy_due()
    assert models.Event.objects.count() == 1


def test_what_dj_stripe_cannot_digest_is_credited_and_shown_with_its_traceback(client, db, user_id):
    """A secret came into the environment and `setup` was not run: dj-stripe would ask Stripe whose event this is."""
    assert deliver(client, event_of(COMPLETED, paid(open_topup(user_id)))).status_code == 200
    told.hand_over()
    trigger = models.WebhookEventTrigger.objects.get()
    assert (balance_of(user_id), trigger.processed, trigger.event) == (500, False, None)
    assert "no network call inside a transaction" in trigger.exception
    assert "Traceback" in trigger.traceback
    assert told.hand_over() == 0


def test_a_copy_of_its_payment_does_not_cover_an_event_that_was_not_handed_over(client, event, stand_in):
    """It came while Stripe was being asked about an earlier one."""
    told.hand_over()
    second = event_of("checkout.session.async_payment_succeeded", event["data"]["object"])
    deliver(client, second)
    InboxEvent.objects.filter(pk=second["id"]).update(received_at="2026-01-01T00:00:00Z")
    first = InboxEvent.objects.get(pk=event["id"])
    copies._forget(first, first.received_at)
    assert told.hand_over() == 1


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_hand_an_event_over_once(client, new_user):
    user_id = new_user()
    stripe_seed.seed()
    for _ in range(5):
        deliver(client, event_of(COMPLETED, paid(open_topup(user_id))))
    handed = []

    def work():
        handed.append(told.hand_over())
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]
    assert (sum(handed), models.WebhookEventTrigger.objects.count()) == (5, 5)
