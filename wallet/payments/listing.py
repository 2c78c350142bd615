"""Stripe's lists, page by page, each with a place of its own: where one breaks off, it alone goes on later."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from wallet.shared.models import ReconcileProgress
from wallet.stripe import api as stripe_api
from wallet.stripe.api import StripeRefused

LISTS = ("sessions", "refunds", "disputes")  # sessions first: they tell whose a refund is
# A key without the right to read a list will not have it in a minute.
REFUSED_FOR = timedelta(hours=1)


def listed(
    name: str, since: datetime, *, place: str = "", calls: int = 1_000_000
) -> Iterator[dict[str, Any]]:
    """What Stripe lists since then, newest first, in at most so many calls.

    `place`: under this name each page is noted, and a run that was cut short goes on. Raises StripeUnavailable,
    StripeRefused.
    """
    progress = _begin(place, since)
    for _ in range(calls):
        try:
            page, has_more = stripe_api.page_of(name, since=progress.since, after=progress.cursor)
        except StripeRefused as refused:
            # Perhaps it is the place that Stripe does not know any more: next time from the start.
            _note(progress, cursor="", retry_at=timezone.now() + REFUSED_FOR, last_error=str(refused))
            raise
        yield from page
        is_done = not has_more or not page
        cursor = page[-1]["id"] if page else ""
        _note(progress, cursor=cursor, finished_at=timezone.now() if is_done else None)
        if is_done:
            return


def is_due(place: str, every: timedelta) -> bool:
    """Whether a run has to begin, or to go on."""
    row = ReconcileProgress.objects.filter(pk=place).first()
    now = timezone.now()
    if row is None or (row.finished_at is not None and row.started_at < now - every):
        return True
    return row.finished_at is None and (row.retry_at is None or row.retry_at <= now)


def began_within(place: str, span: timedelta) -> bool:
    return ReconcileProgress.objects.filter(pk=place, started_at__gte=timezone.now() - span).exists()


def _begin(place: str, since: datetime) -> ReconcileProgress:
    unfinished = ReconcileProgress.objects.filter(pk=place, finished_at=None).first()
    if unfinished is not None and unfinished.cursor:
        return unfinished
    return ReconcileProgress(name=place, since=int(since.timestamp()), started_at=timezone.now())


def _note(progress: ReconcileProgress, **facts: Any) -> None:
    for name, value in ({"retry_at": None, "last_error": ""} | facts).items():
        setattr(progress, name, value)
    if progress.name:
        progress.save()
