"""What needs an operator's hand right now, for the admin's first page."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from exports.shared.models import OpenJob
from reelballers.models import Heartbeat
from wallet.shared.models import InboxEvent, ReconcileProgress, UnmatchedPayment

STUCK_AFTER = timedelta(minutes=15)
WORKER_SILENT_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Matter:
    """One line on the first page; `count` 0 is all well."""

    words: str
    count: int
    url: str


def needs_attention() -> list[Matter]:
    now = timezone.now()
    beats = Heartbeat.workers().filter(beaten_at__gt=now - WORKER_SILENT_AFTER)
    outcome, state = InboxEvent.Outcome, UnmatchedPayment.State
    unsettled = (state.OPEN, state.CREDITING, state.REFUNDING)
    unapplied = (outcome.PENDING, outcome.ASK_STRIPE)
    return [
        Matter(
            "payments that fit nothing of ours and are not settled",
            UnmatchedPayment.objects.filter(state__in=unsettled).count(),
            reverse("admin:wallet_shared_unmatchedpayment_changelist") + f"?state__in={','.join(unsettled)}",
        ),
        Matter(
            "Stripe events that could not be applied yet",
            InboxEvent.objects.filter(outcome__in=unapplied).exclude(last_error="").count(),
            reverse("admin:wallet_shared_inboxevent_changelist") + f"?outcome__in={','.join(unapplied)}",
        ),
        Matter(
            "refunds and disputes waiting for their payment",
            InboxEvent.objects.filter(outcome=outcome.PARKED).count(),
            reverse("admin:wallet_shared_inboxevent_changelist") + "?outcome__exact=parked",
        ),
        Matter(
            "lists that Stripe does not show us: what may our key read?",
            ReconcileProgress.objects.exclude(last_error="").count(),
            reverse("admin:wallet_shared_reconcileprogress_changelist"),
        ),
        Matter(
            "exports open for more than 15 minutes",
            OpenJob.objects.filter(created_at__lt=now - STUCK_AFTER).count(),
            reverse("admin:exports_shared_openjob_changelist"),
        ),
        Matter(
            "workers missing: nobody dispatches exports",
            0 if beats.exists() else 1,
            reverse("admin:reelballers_heartbeat_changelist"),
        ),
    ]
