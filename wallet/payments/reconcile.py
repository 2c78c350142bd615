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
from wallet.shared.models import InboxEvent, PaymentIndex, ReconcileProgress
from wallet.stripe import api as stripe_api
from wallet.stripe.api import id_of

logger = logging.getLogger(__name__)

LISTS = ("sessions", "refunds", "disputes")  # sessions first: they tell whose a refund is
# Delayed methods take two weeks, disputes months: so far back the worker looks once a day, else only two days.
DAYS_BACK = {"sessions": 30, "refunds": 90, "disputes": 180}
DAYS_BACK_HOURLY = 2
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

    Raises StripeUnavailable, StripeRefused; the next run goes on from there.
    """
    calls_left = CALLS_A_RUN if since is None else 1_000_000
    for name in LISTS:
        start = since or timezone.now() - timedelta(days=DAYS_BACK[name])
        for thing in _listed(
            name, int(start.timestamp()), calls_left, keep_place=since is None and not dry_run
        ):
            yield from compare(thing, dry_run=dry_run)


def compare(thing: dict[str, Any], *, dry_run: bool) -> Iterator[Finding]:
    """One session, refund or dispute as Stripe has it now, against what we have."""
    fault = difference_of(thing)
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


def _listed(name: str, since: int, calls: int, *, keep_place: bool) -> Iterator[dict[str, Any]]:
    """One of Stripe's lists, page by page; after a page its place is kept."""
    after = ""
    unfinished = ReconcileProgress.objects.filter(pk=name, finished_at=None).first() if keep_place else None
    if unfinished is not None:
        since, after = unfinished.since, unfinished.cursor
    started_at = timezone.now()
    for _ in range(calls):
        page, has_more = stripe_api.page_of(name, since=since, after=after)
        yield from page
        after = page[-1]["id"] if page else ""
        is_done = not has_more or not page
        if keep_place:
            finished_at = timezone.now() if is_done else None
            ReconcileProgress.objects.update_or_create(
                pk=name,
                defaults={
                    "since": since,
                    "cursor": after,
                    "started_at": started_at,
                    "finished_at": finished_at,
                },
            )
        if is_done:
            return


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
    """The worker's part: once an hour two days back, once a day as far back as each list may still change."""
    now = timezone.now()
    last = {row.name: row for row in ReconcileProgress.objects.all()}
    lists = [last.get(name) for name in LISTS]
    day_ago = now - timedelta(days=1)
    if any(row is None or row.finished_at is None or row.started_at < day_ago for row in lists):
        findings = reconcile()
    elif "hourly" not in last or last["hourly"].started_at < now - timedelta(hours=1):
        findings = reconcile(since=now - timedelta(days=DAYS_BACK_HOURLY))
    else:
        return
    for finding in findings:
        logger.warning("reconcile: %s", finding)
    done = {"since": 0, "started_at": now, "finished_at": now}
    ReconcileProgress.objects.update_or_create(pk="hourly", defaults=done)


def differences_since(since: datetime) -> Iterator[tuple[str, str, str]]:
    """(user, Stripe's id, what differs), both ways: what Stripe has and we have not, and what we have and Stripe has
    not. Changes nothing."""
    at_stripe: set[str] = set()
    day_before = int((since - timedelta(days=1)).timestamp())
    for name in LISTS:
        for thing in _listed(name, day_before, 1_000_000, keep_place=False):
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
