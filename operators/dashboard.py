"""The figures: money in, what we owe in credits, what was spent and given back, and what exports earn."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Avg, Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from exports import pricing
from exports.shared.models import JobSummary
from reelballers.models import MoneyDay, WalletSummary

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
    rows = MoneyDay.objects.filter(reason__in=reasons, day__gte=days[0]).values_list("day")
    moved = dict(rows.annotate(cents=Sum("change_cents")))
    cents = {day: sign * moved.get(day, 0) for day in days}
    largest = max(1, *(abs(each) for each in cents.values()))
    return [Bar(day, cents[day], 100 * max(0, cents[day]) / largest) for day in days]


def earnings() -> list[Earning]:
    done = JobSummary.objects.filter(state="succeeded", created_at__gte=timezone.now() - timedelta(days=DAYS))
    rows: dict[str, dict[str, Any]] = {
        row["type"]: dict(row)
        for row in done.order_by()
        .values("type")
        .annotate(
            sold=Count("pk"),
            cents=Sum("cost_cents"),
            cost=Sum("compute_cost_microdollars"),
            seconds=Avg("run_seconds"),
        )
    }
    return [_earning(name, rows.get(name)) for name in pricing.BASE_CENTS]


def _earning(name: str, row: dict[str, Any] | None) -> Earning:
    price_cents, expected_seconds = pricing.BASE_CENTS[name], pricing.EXPECTED_GPU_SECONDS[name]
    expected_cost = expected_seconds * pricing.GPU_MICRODOLLARS_PER_SECOND["T4"]
    return Earning(
        type=name,
        sold=row["sold"] if row else 0,
        price_cents=price_cents,
        gpu_seconds=round(row["seconds"] or 0, 1) if row else 0,
        expected_seconds=expected_seconds,
        expected_margin_percent=_margin_percent(price_cents, expected_cost),
        realised_margin_percent=_margin_percent(row["cents"], row["cost"] or 0)
        if row and row["cents"]
        else None,
    )


def _margin_percent(cents: int, cost_microdollars: int) -> float:
    return round(100 - 100 * cost_microdollars / (cents * MICRODOLLARS_PER_CENT), 1)
