"""Whatever order Stripe's events come in, however often, the balance ends where a model of Stripe says.

The model (payment_histories.py) reads how refunds and disputes finally stand, never the ledger.
"""

import itertools
import tempfile
from datetime import timedelta
from pathlib import Path
from random import Random
from shutil import copyfile

import pytest
from django.utils import timezone

from reelballers.user_db import look, user_transaction
from tests.cast.payment_histories import live
from tests.cast.payments import balance_of, give, new_id
from wallet import audit, ledger
from wallet.errors import InsufficientFunds
from wallet.models import Topup
from wallet.payments import events, fulfil, inbox, reversals
from wallet.shared.models import InboxEvent
from wallet.tests.stand_in import listed

PAST = "2026-01-01T00:00:00Z"
OPEN = ("pending", "ask_stripe", "parked")


@pytest.fixture(autouse=True)
def _in_memory_folder(settings, _own_data_dir):
    """Real files, with a real fsync that costs nothing: thousands of orders in seconds."""
    home = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=home) as folder:
        (Path(folder) / "users").mkdir()
        for template in (settings.DATA_DIR / "users").glob(".template-*.sqlite3"):
            copyfile(template, Path(folder) / "users" / template.name)
        settings.DATA_DIR = Path(folder)
        yield


def play(user_id, lives, stand_in, order):
    """Delivers the events in this order with the visitor's actions at fixed places; returns what must be left."""
    for one in lives:
        stand_in.answers["GET /v1/refunds"] = lambda asked, lives=lives: (200, _refunds(lives, asked))
        for dispute in one.disputes:
            stand_in.answers[f"GET /v1/disputes/{dispute['id']}"] = (200, dispute)
    own_cents = 0
    for place, event in enumerate(order):
        events.apply(inbox.record(event))
        own_cents += act(user_id, place)
    InboxEvent.objects.filter(outcome__in=("ask_stripe", "parked")).update(next_attempt_at=PAST)
    events.ask_stripe(1000)
    assert not InboxEvent.objects.filter(outcome__in=("pending", "ask_stripe", "parked")).exists()
    return own_cents + sum(one.credits - one.taken_cents for one in lives if one.is_paid)


def _refunds(lives, asked):
    wanted = [one for one in lives if one.session["payment_intent"] == asked["payment_intent"]]
    return listed(*wanted[0].refunds)


def act(user_id, place):
    """What the visitor and an operator do between two events; answers what it changed."""
    if place % 4 == 1:
        give(user_id, 7)
        return 7
    if place % 4 == 2:
        job_id = new_id("job")
        try:
            with user_transaction(user_id):
                ledger.debit(job_id=job_id, cost_cents=30)
        except InsufficientFunds:
            return 0
        if place % 8 == 2:
            return -30
        with user_transaction(user_id):
            ledger.refund_rest(job_id=job_id)
    return 0


def check(user_id, lives, stand_in, order):
    expected = play(user_id, lives, stand_in, order)
    assert balance_of(user_id) == expected
    with look(user_id) as db:
        assert list(audit.wallet_faults(db)) == []


def some_lives(user_id, seed, *, most_events):
    """One life of this seed, or two when both are short."""
    lives = [live(user_id, seed, most_events=most_events)]
    if len(lives[0].events) < most_events // 2:
        lives.append(live(user_id, seed + 1_000_000, most_events=most_events // 2))
    return lives


def check_every_permutation(new_user, stand_in, seed, *, most_events):
    count = len(live(new_user(), seed, most_events=6).events)
    if not 1 < count <= most_events:
        return 0
    for indexes in itertools.permutations(range(count)):
        user_id = new_user()
        one = live(user_id, seed, most_events=6)
        check(user_id, [one], stand_in, [one.events[index] for index in indexes])
    return 1


def check_random_orders(new_user, stand_in, seeds):
    for seed in seeds:
        user_id = new_user()
        lives = some_lives(user_id, seed, most_events=16)
        random = Random(seed)
        events = [event for one in lives for event in one.events]
        order = events + random.choices(events, k=random.randint(0, len(events)))
        random.shuffle(order)
        check(user_id, lives, stand_in, order)


def test_every_order_of_small_lives(new_user, stand_in):
    assert sum(check_every_permutation(new_user, stand_in, seed, most_events=4) for seed in range(25)) >= 8


def test_random_orders_of_long_lives(new_user, stand_in):
    check_random_orders(new_user, stand_in, range(60))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_order_of_lives_up_to_six_events(new_user, stand_in):
    assert sum(check_every_permutation(new_user, stand_in, seed, most_events=6) for seed in range(60)) > 30


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("first", range(0, 4000, 500))
def test_thousands_of_random_orders(new_user, stand_in, first):
    check_random_orders(new_user, stand_in, range(1000 + first, 1500 + first))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("first", range(0, 400, 100))
def test_copies_while_stripe_is_away_delay_nothing(new_user, stand_in, first):
    """Long outages, each event told up to five times meanwhile: right within 30 s of Stripe's return."""
    for seed in range(9000 + first, 9100 + first):
        user_id = new_user()
        lives = some_lives(user_id, seed, most_events=16)
        random = Random(seed)
        order = [event for one in lives for event in one.events for _ in range(random.randint(1, 5))]
        random.shuffle(order)
        tell_while_away(stand_in, order, random)
        within_30_seconds = timezone.now() + timedelta(seconds=30)
        late = InboxEvent.objects.filter(outcome__in=OPEN, next_attempt_at__gt=within_30_seconds)
        assert not late.exists()
        check(user_id, lives, stand_in, [])


def tell_while_away(stand_in, order, random):
    """Delivers the events; between them the worker tries in vain, as often as an hour's outage lets it."""
    stand_in.answers = {}
    stand_in.otherwise = (503, {"error": {"type": "api_error"}})
    for event in order:
        events.apply(inbox.record(event))
        if random.random() < 0.5:
            InboxEvent.objects.filter(outcome__in=OPEN).update(next_attempt_at=PAST)
            events.ask_stripe(1000)
    stand_in.otherwise = stand_in.UNKNOWN


# --- The test itself is tested ----------------------------------------------------------------------------------


def test_it_catches_dedupe_by_event_id(new_user, stand_in, monkeypatch):
    def credit_each_event(user_id, seen, session):
        with user_transaction(user_id):
            topup = Topup.objects.filter(pk=seen.pk).first() or seen
            if topup.status != Topup.Status.PAID:
                return fulfil.credit_session(topup, session, actor="stripe")
            seen_before = InboxEvent.objects.filter(payload__data__object__id=session["id"]).count()
            reference = f"{session['id']}:{seen_before}"
            return ledger.credit_topup(session_id=reference, credits_cents=topup.credits, payment_id=None)

    monkeypatch.setattr(fulfil, "_credit", credit_each_event)
    with pytest.raises(AssertionError):
        check_random_orders(new_user, stand_in, range(60))


def test_it_catches_cumulative_amounts_added_up(new_user, stand_in, monkeypatch):
    applied = events._apply

    def add_up(event):
        if event["type"] == "charge.refunded":
            charge = event["data"]["object"]
            thing = {"id": new_id("re"), "object": "refund", "amount": charge["amount_refunded"]}
            return reversals.apply_object(thing | {"payment_intent": charge["payment_intent"]})
        return "applied" if event["type"].startswith("refund.created") else applied(event)

    monkeypatch.setattr(events, "_apply", add_up)
    with pytest.raises(AssertionError):
        check_random_orders(new_user, stand_in, range(60))
