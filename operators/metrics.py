"""What Prometheus is told about money, Stripe and exports: asked of `default`, never of a user's file or of Stripe."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Min, Q, Sum
from django.utils import timezone

from exports.shared.models import JobSummary, OpenJob
from operators.figures import standing
from operators.models import HourTotal
from reelballers.metrics import Sample, source
from reelballers.models import Heartbeat
from wallet.shared.models import InboxEvent, OpenRefund, ReconcileProgress, UnmatchedPayment

UNAPPLIED = (InboxEvent.Outcome.PENDING, InboxEvent.Outcome.ASK_STRIPE)
UNSETTLED = (
    UnmatchedPayment.State.OPEN,
    UnmatchedPayment.State.CREDITING,
    UnmatchedPayment.State.REFUNDING,
)


@source
def money() -> Iterator[Sample]:
    """Of today (UTC), as the worker last read the wallets."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    moved = HourTotal.objects.filter(hour__gte=midnight).values_list("reason")
    for reason, cents in moved.annotate(cents=Sum("change_cents")):
        yield "reelballers_money_today_cents", {"reason": reason}, cents
    for name, value in standing().items():
        yield f"reelballers_wallets_{name}", {}, value


@source
def stripe() -> Iterator[Sample]:
    waiting = InboxEvent.objects.filter(outcome__in=UNAPPLIED).aggregate(
        count=Count("pk"), oldest=Min("received_at")
    )
    yield "reelballers_webhooks_waiting", {}, waiting["count"]
    yield "reelballers_webhook_lag_seconds", {}, _age(waiting["oldest"])
    yield (
        "reelballers_webhooks_parked",
        {},
        InboxEvent.objects.filter(outcome=InboxEvent.Outcome.PARKED).count(),
    )
    yield "reelballers_payments_unmatched", {}, UnmatchedPayment.objects.filter(state__in=UNSETTLED).count()
    yield "reelballers_refunds_waiting", {}, OpenRefund.objects.count()
    for progress in ReconcileProgress.objects.all():
        labels = {"list": progress.name}
        yield "reelballers_reconcile_age_seconds", labels, _age(progress.finished_at or progress.started_at)
        yield "reelballers_reconcile_refused", labels, int(bool(progress.last_error))


@source
def exports() -> Iterator[Sample]:
    now = timezone.now()
    ages = {f"{minutes}m": Q(created_at__lt=now - timedelta(minutes=minutes)) for minutes in (1, 15, 60)}
    found = OpenJob.objects.aggregate(
        all=Count("pk"),
        oldest=Min("created_at"),
        **{name: Count("pk", filter=older) for name, older in ages.items()},
    )
    yield "reelballers_jobs_open", {"older_than": "0m"}, found["all"]
    for name in ages:
        yield "reelballers_jobs_open", {"older_than": name}, found[name]
    yield "reelballers_jobs_oldest_seconds", {}, _age(found["oldest"])
    ended = JobSummary.objects.filter(finished_at__gte=now - timedelta(hours=1)).values_list("state")
    for state, count in ended.annotate(count=Count("pk")):
        yield "reelballers_jobs_ended_last_hour", {"state": state}, count


@source
def parts() -> Iterator[Sample]:
    last = Heartbeat.workers().order_by("-beaten_at").first()
    yield "reelballers_worker_age_seconds", {}, _age(last.beaten_at if last else None)
    marker = Path(settings.DATA_DIR) / "backup-marker"
    if settings.BACKUP_URL and marker.exists():
        yield "reelballers_backup_lag_seconds", {}, timezone.now().timestamp() - marker.stat().st_mtime


def _age(since: datetime | None) -> float:
    """Seconds; 0 where there is none."""
    return max(0.0, (timezone.now() - since).total_seconds()) if since else 0.0
