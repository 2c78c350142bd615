"""Compares Stripe's lists with the wallets and repairs what is missing here. Safe to run at any time, in part or twice.

Repairs go through the same doors as webhooks. A list that was not finished goes on, next time, where it stopped.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from reelballers.user_db import has_user_db, user_db
from wallet.models import Reversal, Topup
from wallet.payments import events, reversals, unmatched
from wallet.payments import index as payment_index
from wallet.payments.differences import difference_of
from wallet.payments.fulfil import fulfil
from wallet.payments.listing import LISTS, began_within, is_due, listed
from wallet.shared.models import InboxEvent, PaymentIndex
from wallet.stripe import api as stripe_api
from wallet.stripe.api import StripeRefused, id_of

logger = logging.getLogger(__name__)

# Delayed methods take two weeks, disputes months: so far back the worker looks once a day, else only two days.
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BACK = {"sessions": 30 * DAY, "refunds": 90 * DAY, "disputes": 180 * DAY}
BACK_HOURLY = 2 * DAY
CALLS_A_RUN = 200


@dataclass(frozen=True)
class Finding:
    stripe_id: str
    user_id: str
    what: str
    is_repaired: bool

    def __str__(self) -> str:
        state = "repaired" if self.is_repaired else "NOT REPAIRED"
        return f"{self.stripe_id} (user {self.user_id or 'unknown'}): {self.what} – {state}"


def reconcile(*, since: datetime | None = None, dry_run: bool = False) -> Iterator[Finding]:
    """Yields what differs, repaired where it can be. Without `since`, as far back as each list may still change.

    Raises StripeUnavailable; the next run goes on from there.
    """
    for name in LISTS:
        if since is not None or dry_run:
            things = listed(name, since or timezone.now() - BACK[name])
        else:
            things = listed(name, timezone.now() - BACK[name], place=name, calls=CALLS_A_RUN)
        yield from _compare_all(name, things, dry_run=dry_run)


def _compare_all(name: str, things: Iterator[dict[str, Any]], *, dry_run: bool = False) -> Iterator[Finding]:
    """One list that cannot be read is a finding: the others are compared all the same."""
    try:
        for thing in things:
            yield from compare(thing, dry_run=dry_run)
    except StripeRefused as refused:
        yield Finding(name, "", f"Stripe does not show this list: {refused}", is_repaired=False)


def compare(thing: dict[str, Any], *, dry_run: bool) -> Iterator[Finding]:
    """One session, refund or dispute as Stripe has it now, against what we have."""
    try:
        fault = difference_of(thing)
    except StripeRefused as refused:
        yield Finding(thing["id"], "", f"cannot be compared: {refused}", is_repaired=False)
        return
    if fault is None:
        return
    user_id, what = fault
    if dry_run:
        yield Finding(thing["id"], user_id, what, is_repaired=False)
        return
    try:
        _repair(thing)
    except Exception as error:
        logger.exception("reconcile %s", thing["id"])
        yield Finding(thing["id"], user_id, f"{what}; {type(error).__name__}: {error}", is_repaired=False)
        return
    left = difference_of(thing)
    yield Finding(thing["id"], user_id, what if left is None else left[1], is_repaired=left is None)


def _repair(thing: dict[str, Any]) -> None:
    if thing["object"] == "checkout.session":
        fulfil(thing)
        return
    payment_intent_id = id_of(thing.get("payment_intent"))
    if payment_intent_id and payment_index.of_payment_intent(payment_intent_id) is None:
        for session in stripe_api.sessions_of(payment_intent_id):
            fulfil(session)
        unmatched.recall(thing)
    if reversals.apply_object(thing, is_fresh=True) == InboxEvent.Outcome.PARKED:
        events.park(thing)


def regularly() -> None:
    """The worker's part: once an hour two days back, once a day as far back as each list may still change.

    Each list for itself: one that breaks off goes on where it was, and restarts no other. Raises StripeUnavailable.
    """
    for name in LISTS:
        place, back = name, BACK[name]
        if not is_due(place, DAY):
            place, back = f"hourly {name}", BACK_HOURLY
            if began_within(name, HOUR) or not is_due(place, HOUR):
                continue
        for finding in _compare_all(
            name, listed(name, timezone.now() - back, place=place, calls=CALLS_A_RUN)
        ):
            logger.warning("reconcile: %s", finding)


def differences_since(since: datetime) -> Iterator[tuple[str, str, str]]:
    """(user, Stripe's id, what differs), both ways: what Stripe has and we have not, and what we have and Stripe has
    not. Changes nothing."""
    at_stripe: set[str] = set()
    for name in LISTS:
        for thing in listed(name, since - DAY):
            if thing["object"] != "checkout.session" or thing.get("payment_status") == "paid":
                at_stripe.add(thing["id"])
            if (difference := difference_of(thing)) is not None:
                yield difference[0], thing["id"], difference[1]
    users = PaymentIndex.objects.filter(created_at__gte=since, erased_at=None).values_list(
        "user_id", flat=True
    )
    for user_id in sorted(set(users)):
        for stripe_id in _claimed_by(user_id, since) - at_stripe:
            yield user_id, stripe_id, "in the wallet, but not at Stripe"


def _claimed_by(user_id: str, since: datetime) -> set[str]:
    """Stripe's ids of what this wallet was credited, and of what was taken back, since then."""
    if not has_user_db(user_id):
        return set()
    with user_db(user_id):
        topups = Topup.objects.filter(status=Topup.Status.PAID, created_at__gte=since)
        sessions = set(topups.exclude(session_id=None).values_list("session_id", flat=True))
        rows = Reversal.objects.filter(created_at__gte=since).exclude(id__startswith="intent:")
        return {str(session_id) for session_id in sessions} | set(rows.values_list("id", flat=True))
