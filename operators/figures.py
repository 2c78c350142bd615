"""How we stand and what moved: from the totals that the worker keeps (totals.py), so no page reads a wallet's file."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, F, Q, Sum
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from exports import pricing
from exports.shared.models import JobSummary
from operators.models import HourTotal
from reelballers.models import Heartbeat, WalletSummary

MICRODOLLARS_PER_CENT = 10_000
RANGES = {"24h": "24 hours", "30d": "30 days", "12m": "12 months"}

# What each line of the chart sums, and with which sign.
FLOWS: dict[str, tuple[int, tuple[str, ...]]] = {
    "in": (1, ("topup", "reversal", "restore")),
    "spent": (-1, ("debit", "refund")),
    "bonus": (1, ("bonus",)),
}


@dataclass(frozen=True)
class Span:
    """A range as columns: where each begins and what it is called, and where as long a time before it began."""

    starts: list[datetime]
    labels: list[str]
    before: datetime
    key_length: int  # how much of an hour's text its column is known by: 2026-11-26 14

    @property
    def since(self) -> datetime:
        return self.starts[0]


@dataclass(frozen=True)
class Flows:
    """Cents of each column, the whole range's sum, and the sum of the range before."""

    columns: dict[str, list[int]]
    now: dict[str, int]
    before: dict[str, int]


def span_of(name: str) -> Span:
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    midnight = hour.replace(hour=0)
    if name == "24h":
        starts = [hour - timedelta(hours=ago) for ago in range(23, -1, -1)]
        return Span(starts, [f"{at:%H}:00" for at in starts], starts[0] - timedelta(hours=24), 13)
    if name == "12m":
        starts = [_month(now, ago) for ago in range(11, -1, -1)]
        return Span(
            starts, [f"{at:%b %Y}" if at.month == 1 else f"{at:%b}" for at in starts], _month(now, 23), 7
        )
    starts = [midnight - timedelta(days=ago) for ago in range(29, -1, -1)]
    return Span(starts, [f"{at:%-d %b}" for at in starts], starts[0] - timedelta(days=30), 10)


def flows(span: Span) -> Flows:
    """Summed by the database: two years are a hundred thousand rows."""
    rows = HourTotal.objects.order_by().annotate(at=Substr(Cast("hour", CharField()), 1, span.key_length))
    within = rows.filter(hour__gte=span.since).values_list("at", "reason")
    earlier = rows.filter(hour__gte=span.before, hour__lt=span.since).values_list("reason")
    moved = {(at, reason): cents for at, reason, cents in within.annotate(cents=Sum("change_cents"))}
    was = dict(earlier.annotate(cents=Sum("change_cents")))
    keys = [str(start)[: span.key_length] for start in span.starts]
    columns = {
        name: [sign * sum(moved.get((key, reason), 0) for reason in reasons) for key in keys]
        for name, (sign, reasons) in FLOWS.items()
    }
    before = {
        name: sign * sum(was.get(reason, 0) for reason in reasons) for name, (sign, reasons) in FLOWS.items()
    }
    return Flows(columns, {name: sum(values) for name, values in columns.items()}, before)


def standing() -> dict[str, int]:
    """What visitors may still spend, and what is owed to us; the one is not set against the other."""
    return WalletSummary.objects.aggregate(
        owed=Sum("balance_cents", filter=Q(balance_cents__gt=0), default=0),
        debt=-Sum("balance_cents", filter=Q(balance_cents__lt=0), default=0),
        debtors=Count("pk", filter=Q(balance_cents__lt=0)),
        wallets=Count("pk"),
        frozen=Count("pk", filter=Q(is_frozen=True)),
    )


@dataclass(frozen=True)
class Earning:
    """What exports of a type brought after refunds and failures, and what their GPU seconds cost."""

    type: str
    ended: int
    succeeded: int
    failed: int
    kept_cents: int
    cost_microdollars: int
    gpu_seconds: float
    expected_margin_percent: float

    @property
    def margin_percent(self) -> float | None:
        if not self.kept_cents:
            return None
        return round(100 - 100 * self.cost_microdollars / (self.kept_cents * MICRODOLLARS_PER_CENT), 1)

    @property
    def is_loss(self) -> bool:
        return self.cost_microdollars > self.kept_cents * MICRODOLLARS_PER_CENT

    @property
    def cost_dollars(self) -> str:
        return f"${self.cost_microdollars / 1e6:,.2f}"


def earnings(since: datetime) -> list[Earning]:
    rows: dict[str, dict[str, Any]] = {
        row["type"]: dict(row)
        for row in JobSummary.objects.filter(created_at__gte=since)
        .order_by()
        .values("type")
        .annotate(
            ended=Count("pk"),
            succeeded=Count("pk", filter=Q(state="succeeded")),
            failed=Count("pk", filter=Q(state__in=("failed", "timed_out"))),
            kept_cents=Sum(F("cost_cents") - F("refunded_cents"), default=0),
            cost_microdollars=Sum("compute_cost_microdollars", default=0),
            gpu_seconds=Sum("run_seconds", default=0.0),
        )
    }
    nothing = dict.fromkeys(
        ("ended", "succeeded", "failed", "kept_cents", "cost_microdollars", "gpu_seconds"), 0
    )
    return [
        Earning(**{**nothing, **rows.get(name, {}), "type": name}, expected_margin_percent=_expected(name))
        for name in pricing.BASE_CENTS
    ]


def worker_seen_at() -> datetime | None:
    """Until when the figures can be right: no worker, no new sums."""
    return Heartbeat.workers().order_by("-beaten_at").values_list("beaten_at", flat=True).first()


def _expected(name: str) -> float:
    cost = pricing.EXPECTED_GPU_SECONDS[name] * pricing.GPU_MICRODOLLARS_PER_SECOND["T4"]
    return round(100 - 100 * cost / (pricing.BASE_CENTS[name] * MICRODOLLARS_PER_CENT), 1)


def _month(now: datetime, ago: int) -> datetime:
    number = now.year * 12 + now.month - 1 - ago
    first = date(number // 12, number % 12 + 1, 1)
    return datetime(first.year, first.month, 1, tzinfo=UTC)
