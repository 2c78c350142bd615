"""What needs an operator's hand right now, for the desk: what has waited longest comes first."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from exports.shared.models import OpenJob
from operators import figures
from operators.acts.model import HANGS_AFTER, OperatorAct
from reelballers.models import Heartbeat
from wallet.shared.models import InboxEvent, OpenRefund, ReconcileProgress, UnmatchedPayment

STUCK_AFTER = timedelta(minutes=15)
WORKER_SILENT_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Matter:
    """One line on the desk; `count` 0 is all well."""

    words: str
    count: int
    url: str
    since: datetime | None = None
    due: datetime | None = None  # what must be answered until then


def needs_attention() -> list[Matter]:
    """What waits, oldest first, then what is well."""
    far = datetime.max.replace(tzinfo=UTC)
    found = [*_payments(), *_work(), _disputes(), *_losses()]
    return sorted(found, key=lambda matter: (not matter.count, matter.since or far))


def _payments() -> list[Matter]:
    outcome, state = InboxEvent.Outcome, UnmatchedPayment.State
    unsettled = (state.OPEN, state.CREDITING, state.REFUNDING)
    unapplied = (outcome.PENDING, outcome.ASK_STRIPE)
    events = reverse("admin:wallet_shared_inboxevent_changelist")
    return [
        _matter(
            "payments that fit nothing of ours and are not settled",
            UnmatchedPayment.objects.filter(state__in=unsettled),
            "created_at",
            reverse("admin:wallet_shared_unmatchedpayment_changelist") + f"?state__in={','.join(unsettled)}",
        ),
        _matter(
            "Stripe events that could not be applied yet",
            InboxEvent.objects.filter(outcome__in=unapplied).exclude(last_error=""),
            "received_at",
            f"{events}?outcome__in={','.join(unapplied)}",
        ),
        _matter(
            "refunds and disputes waiting for their payment",
            InboxEvent.objects.filter(outcome=outcome.PARKED),
            "received_at",
            f"{events}?outcome__exact=parked",
        ),
        _matter(
            "refunds waiting for Stripe’s answer",
            OpenRefund.objects.filter(attempts__gt=0),
            "created_at",
            reverse("admin:wallet_shared_openrefund_changelist"),
        ),
        _matter(
            "lists that Stripe does not show us: what may our key read?",
            ReconcileProgress.objects.exclude(last_error=""),
            "started_at",
            reverse("admin:wallet_shared_reconcileprogress_changelist"),
        ),
    ]


def _work() -> list[Matter]:
    now = timezone.now()
    hangs = OperatorAct.objects.filter(state="doing", confirmed_at__lt=now - HANGS_AFTER)
    beats = Heartbeat.workers().filter(beaten_at__gt=now - WORKER_SILENT_AFTER)
    seen_at = figures.worker_seen_at()
    heartbeats = reverse("admin:reelballers_heartbeat_changelist")
    missing = 0 if beats.exists() else 1
    return [
        _matter(
            "exports open for more than 15 minutes",
            OpenJob.objects.filter(created_at__lt=now - STUCK_AFTER),
            "created_at",
            reverse("admin:exports_shared_openjob_changelist"),
        ),
        _matter("acts of operators that hang", hangs, "confirmed_at", reverse("admin:log") + "?state=doing"),
        Matter(
            "workers missing: nobody dispatches exports", missing, heartbeats, seen_at if missing else None
        ),
    ]


def _disputes() -> Matter:
    """Those that Stripe waits for us to answer, with the earliest day it must be done by."""
    from djstripe.models import Dispute

    asked = Dispute.objects.filter(stripe_data__status__in=("needs_response", "warning_needs_response"))
    rows = list(asked.order_by("created").values_list("created", "stripe_data")[:100])
    due = [at for _, data in rows if (at := _due_at(data)) is not None]
    url = reverse("admin:djstripe_dispute_changelist")
    since = rows[0][0] if rows else None
    return Matter("disputes to answer", len(rows), url, since, min(due, default=None))


def _due_at(dispute: dict[str, Any]) -> datetime | None:
    seconds = (dispute.get("evidence_details") or {}).get("due_by")
    return datetime.fromtimestamp(seconds, UTC) if type(seconds) is int else None


def _losses() -> list[Matter]:
    """Types that cost more GPU than they brought, in the last thirty days."""
    lists = reverse("admin:exports_shared_jobsummary_changelist")
    return [
        Matter(f"{each.type} exports cost more than they bring", 1, f"{lists}?type__exact={each.type}")
        for each in figures.earnings(timezone.now() - timedelta(days=30))
        if each.is_loss
    ]


def _matter(words: str, rows: QuerySet[Any], at: str, url: str) -> Matter:
    found = rows.order_by().aggregate(count=Count("pk"), since=Min(at))
    return Matter(words, found["count"], url, found["since"])
