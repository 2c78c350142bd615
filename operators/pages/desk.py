"""The desk: what needs a hand, how we stand, what moved, what exports earn."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from operators import charts, figures
from operators.attention import needs_attention
from operators.words import dollars, number

FIGURES_STALE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class Card:
    name: str
    value: str
    words: str
    tone: str = ""
    url: str = ""


def desk(request: HttpRequest) -> dict[str, Any]:
    """What the first page shows; never Stripe, never a user's file."""
    name = request.GET.get("range", "30d")
    name = name if name in figures.RANGES else "30d"
    span = figures.span_of(name)
    moved, earned = figures.flows(span), figures.earnings(span.since)
    attention, seen_at = needs_attention(), figures.worker_seen_at()
    words = {"in": "paid in", "spent": "spent", "bonus": "bonus"}
    series = [charts.Series(words[key], key, values) for key, values in moved.columns.items()]
    title = f"Paid in, spent and given as bonus, {figures.RANGES[name]}, US dollars"
    return {
        "title": "Desk",
        "attention": attention,
        "is_calm": not any(matter.count for matter in attention),
        "ranges": [(key, label, key == name) for key, label in figures.RANGES.items()],
        "range_words": figures.RANGES[name],
        "cards": _cards(moved, earned),
        "series": series,
        "chart_wide": charts.columns(span.labels, series, width=860, height=260, title=title),
        "chart_narrow": charts.columns(span.labels, series, width=350, height=230, title=title),
        "rows": list(zip(span.labels, *moved.columns.values(), strict=True))[::-1],
        "earned": earned,
        "seen_at": seen_at,
        "is_stale": seen_at is None or timezone.now() - seen_at > FIGURES_STALE_AFTER,
    }


def _cards(moved: figures.Flows, earned: list[figures.Earning]) -> list[Card]:
    return [
        _flow("Paid in", "in", moved),
        _flow("Spent on exports", "spent", moved),
        *_debts(),
        *_work(earned),
        _flow("Bonus given", "bonus", moved),
    ]


def _debts() -> list[Card]:
    """What we owe and what is owed to us."""
    stands = figures.standing()
    wallets = reverse("admin:reelballers_walletsummary_changelist")
    owing = f"{number(stands['debtors'])} wallet{'' if stands['debtors'] == 1 else 's'} in debt"
    held = f"in {number(stands['wallets'])} wallets, {number(stands['frozen'])} frozen"
    tone = "bad" if stands["debt"] else ""
    return [
        Card("We owe in credits", dollars(stands["owed"]), held, url=wallets),
        Card("Owed to us", dollars(stands["debt"]), owing, tone, f"{wallets}?standing=debt"),
    ]


def _work(earned: list[figures.Earning]) -> list[Card]:
    kept_cents = sum(each.kept_cents for each in earned)
    cost_cents = round(sum(each.cost_microdollars for each in earned) / figures.MICRODOLLARS_PER_CENT)
    ended, failed = sum(each.ended for each in earned), sum(each.failed for each in earned)
    margin = f"{100 - 100 * cost_cents / kept_cents:.1f} %" if kept_cents else "–"
    return [
        Card(
            "Margin after refunds",
            margin,
            f"GPU {dollars(cost_cents)} of {dollars(kept_cents)} kept",
            "bad" if cost_cents > kept_cents else "",
        ),
        Card(
            "Exports failed",
            f"{100 * failed / ended:.1f} %" if ended else "–",
            f"{number(failed)} of {number(ended)}",
        ),
        Card(
            "GPU seconds",
            number(round(sum(each.gpu_seconds for each in earned))),
            "of all attempts that ended",
        ),
    ]


def _flow(name: str, key: str, moved: figures.Flows) -> Card:
    now, before = moved.now[key], moved.before[key]
    if not before:
        return Card(name, dollars(now), "nothing to compare with")
    change = 100 * (now - before) / abs(before)
    return Card(
        name, dollars(now), f"{'▲' if change >= 0 else '▼'} {abs(change):,.0f} % on {dollars(before)} before"
    )
