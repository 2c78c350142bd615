"""The figures: money in, what we owe in credits, what was spent and given back, and what exports earn."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Avg, Count, F, Q, Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from exports import pricing
from exports.shared.models import JobSummary
from operators.models import HourTotal
from reelballers.models import WalletSummary

DAYS = 30
MICRODOLLARS_PER_CENT = 10_000


@dataclass(frozen=True)
class Bar:
    """A day in a chart; heights are percent of the chart's largest day."""

    day: date
    cents: int
    percent: float


@dataclass(frozen=True)
class Earning:
    """What one type of export was expected to cost and what it did; money in cents and micro-dollars."""

    type: str
    sold: int
    price_cents: int
    gpu_seconds: float
    expected_seconds: int
    expected_margin_percent: float
    realised_margin_percent: float | None
    kept_microdollars: int

    @property
    def kept_dollars(self) -> str:
        return f"{self.kept_microdollars / 1e6:.2f}"


def dashboard(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("reelballers.operate_wallets"):
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": f"Figures of the last {DAYS} days",
        "figures": figures(),
        "charts": [
            (
                "Money in",
                "credits bought, less payments refunded or disputed",
                chart("topup", "reversal", "restore"),
            ),
            ("Spent", "debits of exports, less job refunds", chart("debit", "refund", sign=-1)),
            ("Given back", "credits of failed or cancelled exports", chart("refund")),
            ("Bonuses", "credits given by operators", chart("bonus")),
        ],
        "earnings": earnings(),
    }
    return TemplateResponse(request, "admin/dashboard.html", context)


def figures() -> dict[str, int]:
    """The liability is what visitors may still spend; debts are not set against it."""
    sums = WalletSummary.objects.aggregate(
        liability=Sum("balance_cents", filter=Q(balance_cents__gt=0)),
        debt=Sum("balance_cents", filter=Q(balance_cents__lt=0)),
        wallets=Count("pk"),
        frozen=Count("pk", filter=Q(is_frozen=True)),
    )
    return {name: value or 0 for name, value in sums.items()}


def chart(*reasons: str, sign: int = 1) -> list[Bar]:
    """One bar a day of what these reasons moved together."""
    today = timezone.now().date()
    days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    since = datetime.combine(days[0], time(), UTC)
    rows = HourTotal.objects.filter(reason__in=reasons, hour__gte=since).annotate(day=TruncDate("hour"))
    moved = dict(rows.order_by().values_list("day").annotate(cents=Sum("change_cents")))
    cents = {day: sign * moved.get(day, 0) for day in days}
    largest = max(1, *(abs(each) for each in cents.values()))
    return [Bar(day, cents[day], 100 * max(0, cents[day]) / largest) for day in days]


def earnings() -> list[Earning]:
    """Sold is what succeeded; the margin is of all that ended: what fails costs GPU seconds and brings nothing."""
    ended = JobSummary.objects.filter(created_at__gte=timezone.now() - timedelta(days=DAYS))
    succeeded = Q(state="succeeded")
    rows: dict[str, dict[str, Any]] = {
        row["type"]: dict(row)
        for row in ended.order_by()
        .values("type")
        .annotate(
            sold=Count("pk", filter=succeeded),
            cents=Sum(F("cost_cents") - F("refunded_cents")),
            cost=Sum("compute_cost_microdollars"),
            seconds=Avg("run_seconds", filter=succeeded),
        )
    }
    return [_earning(name, rows.get(name)) for name in pricing.BASE_CENTS]


def _earning(name: str, row: dict[str, Any] | None) -> Earning:
    price_cents, expected_seconds = pricing.BASE_CENTS[name], pricing.EXPECTED_GPU_SECONDS[name]
    expected_cost = expected_seconds * pricing.GPU_MICRODOLLARS_PER_SECOND["T4"]
    row = row or {"sold": 0, "cents": 0, "cost": 0, "seconds": 0}
    return Earning(
        type=name,
        sold=row["sold"],
        price_cents=price_cents,
        gpu_seconds=round(row["seconds"] or 0, 1),
        expected_seconds=expected_seconds,
        expected_margin_percent=_margin_percent(price_cents, expected_cost),
        realised_margin_percent=_margin_percent(row["cents"], row["cost"]) if row["cents"] else None,
        kept_microdollars=row["cents"] * MICRODOLLARS_PER_CENT - row["cost"],
    )


def _margin_percent(cents: int, cost_microdollars: int) -> float:
    return round(100 - 100 * cost_microdollars / (cents * MICRODOLLARS_PER_CENT), 1)
