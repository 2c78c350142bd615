"""dj-stripe's models are brought up to date by the worker; a Stripe that hangs delays no credit."""

import pytest
import requests
from django.utils import timezone
from djstripe import models

from tests.cast.payments import balance_of, deliver, event_of, lines_of, new_id, open_topup, paid
from wallet.payments import events
from wallet.payments.topups import start_topup
from wallet.shared.models import InboxEvent, PaymentIndex
from wallet.stripe import api as stripe_api
from wallet.stripe import copies, pruning, told
from wallet.stripe.event_types import OUR_EVENTS

PAST = "2026-01-01T00:00:00Z"


@pytest.fixture
def tell(client, seeded, sandbox):
    """Delivers what the sandbox has to tell, each event once."""
    seen = set()

    def deliver_new():
        answer = requests.get(
            f"{sandbox.url}/v1/events?limit=100", auth=("sk_test_" + "x" * 24, ""), timeout=10
        )
        for event in reversed(answer.json()["data"]):
            if event["id"] not in seen and event["type"] in OUR_EVENTS:
                assert deliver(client, event).status_code == 200
            seen.add(event["id"])
        InboxEvent.objects.filter(sync_due_at__isnull=False).update(sync_due_at=PAST)
        InboxEvent.objects.filter(outcome__in=("parked", "ask_stripe")).update(next_attempt_at=PAST)

    return deliver_new


@pytest.fixture
def bought(user_id, sandbox, tell):
    topup = start_topup(user_id=user_id, amount_cents=500)
    sandbox.pay(topup.session_id)
    tell()
    return topup


def test_a_payment_can_be_browsed(bought, user_id):
    assert copies.copy_due() == 1
    session = models.Session.objects.get()
    assert (session.id, session.payment_intent.id) == (
        bought.session_id,
        models.PaymentIntent.objects.get().id,
    )
    assert models.Charge.objects.get().payment_intent == session.payment_intent
    assert models.BalanceTransaction.objects.exists()
    assert PaymentIndex.objects.get().charge_id == models.Charge.objects.get().id
    assert not InboxEvent.objects.filter(sync_due_at__isnull=False).exists()


def test_refunds_and_disputes_can_be_browsed(bought, user_id, sandbox, tell):
    sandbox.control(f"payments/{bought.session_id}/refund", amount=100)
    sandbox.control(f"payments/{bought.session_id}/dispute", amount=200)
    tell()
    events.ask_stripe()
    assert balance_of(user_id) == 200
    while InboxEvent.objects.filter(sync_due_at__isnull=False).exists():
        assert copies.copy_due() > 0
    assert models.Refund.objects.get().amount == 100
    assert models.Dispute.objects.get().charge.refunds.get().amount == 100


def test_a_copy_again_changes_nothing(bought):
    copies.copy(InboxEvent.objects.get())
    copies.copy(InboxEvent.objects.get())
    assert models.Session.objects.count() == models.Charge.objects.count() == 1


def test_a_silent_stripe_leaves_the_copy_for_later(client, seeded, user_id, stand_in):
    stand_in.answers = {}
    deliver(client, event_of("checkout.session.completed", paid(open_topup(user_id))))
    InboxEvent.objects.update(sync_due_at=PAST)
    copies.copy_due()
    row = InboxEvent.objects.get()
    assert (balance_of(user_id), row.sync_attempts) == (500, 1)
    assert row.sync_due_at > timezone.now()


def test_what_cannot_be_copied_is_given_up(client, seeded, user_id, stand_in):
    deliver(client, event_of("checkout.session.completed", paid(open_topup(user_id))))
    for _ in range(copies.GIVE_UP_AFTER):
        InboxEvent.objects.update(sync_due_at=PAST)
        copies.copy_due()
    assert InboxEvent.objects.get().sync_due_at is None


def test_other_peoples_payments_are_not_copied(client, seeded, user_id, stand_in):
    session = paid(open_topup(user_id)) | {
        "id": new_id("cs_other"),
        "metadata": {},
        "payment_intent": "pi_other",
    }
    deliver(client, event_of("checkout.session.completed", session))
    InboxEvent.objects.update(sync_due_at=PAST)
    copies.copy_due()
    assert (InboxEvent.objects.get().sync_due_at, stand_in.asked) == (None, [])
    assert models.Event.objects.count() == 1


def test_a_call_inside_a_transaction_is_refused(user_id, sandbox):
    from django.db import transaction

    from reelballers.user_db import user_transaction

    for opened in (transaction.atomic(using="default"), user_transaction(user_id)):
        with pytest.raises(RuntimeError, match="no network call inside a transaction"), opened:
            stripe_api.retrieve_session("cs_1")


def test_old_webhooks_are_pruned_and_a_replay_credits_nothing(client, seeded, user_id):
    session = paid(open_topup(user_id))
    event = event_of("checkout.session.completed", session)
    deliver(client, event)
    told.hand_over()
    models.WebhookEventTrigger.objects.update(created=PAST)
    models.Event.objects.update(djstripe_created=PAST)
    InboxEvent.objects.update(received_at=PAST)
    assert pruning.prune() == 3
    assert deliver(client, event).status_code == 200
    assert lines_of(user_id) == [(f"topup:{session['id']}", 500)]


def test_what_is_not_applied_yet_is_never_pruned(client, seeded, user_id):
    deliver(client, event_of("checkout.session.completed", paid(open_topup(user_id))))
    InboxEvent.objects.update(received_at=PAST, outcome="parked")
    pruning.prune()
    assert InboxEvent.objects.exists()
