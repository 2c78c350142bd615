"""A month as a bookkeeper reads it: what was owed, sold, given back, given away, earned; Stripe's figures beside it.

Credits are owed from the sale until they are spent; spending is what is earned. Months are UTC. An open month is
summed anew at each look; a closed one is shown as it was frozen, with what has drifted since.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import BigIntegerField, CharField, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from operators.models import ClosedMonth, ErasedHour, HourTotal, MoneyHour, MonthTotal

GENESIS_HASH = "0" * 64

# Which column a reason of the ledger belongs to. `transfer` is what is in flight between two wallets.
COLUMN_OF = {
    "topup": "sold",
    "reversal": "given_back",
    "restore": "given_back",
    "bonus": "bonus",
    "debit": "earned",
    "refund": "earned",
}


@dataclass
class Month:
    """In cents. before + sold + given_back + bonus + adjusted − earned = after; after = owed − debt."""

    month: date
    before: int = 0
    sold: int = 0
    given_back: int = 0  # refunded or disputed: negative
    bonus: int = 0
    adjusted: int = 0  # opening differences, what erased wallets held, what is between two wallets
    earned: int = 0
    after: int = 0
    owed: int = 0  # credits that visitors may still spend
    debt: int = 0
    bonus_spent: int | None = None  # of what was earned, bought with bonuses; known when a month is closed
    stripe_gross: int = 0
    stripe_refunds: int = 0
    stripe_fees: int = 0
    stripe_payouts: int = 0


AMOUNTS = [field.name for field in fields(Month) if field.name != "month"]


def months() -> list[Month]:
    """Every month since the first line, newest first, as the wallets say now."""
    found: dict[date, Month] = {}
    rows = HourTotal.objects.order_by().annotate(at=Substr(Cast("hour", CharField()), 1, 7))
    for at, reason, cents in rows.values_list("at", "reason").annotate(cents=Sum("change_cents")):
        row = _row(found, at)
        column = COLUMN_OF.get(reason, "adjusted")
        setattr(row, column, getattr(row, column) + (-cents if column == "earned" else cents))
    _carry_over(found)
    _add_stripes(found)
    return sorted(found.values(), key=lambda row: row.month, reverse=True)


def month(first: date) -> Month | None:
    return next((row for row in months() if row.month == first), None)


def end_of(first: date) -> datetime:
    """The first instant after a month."""
    year, number = (first.year + 1, 1) if first.month == 12 else (first.year, first.month + 1)
    return datetime(year, number, 1, tzinfo=UTC)


def close(first: date, *, closed_by: str) -> ClosedMonth:
    """Freezes a month, once; closed again it is what it was."""
    done = ClosedMonth.objects.filter(pk=first).first()
    if done is not None:
        return done
    row = month(first)
    assert row is not None, first
    row.bonus_spent = bonus_spent(first)
    last = ClosedMonth.objects.order_by("-month").first()
    previous = last.hash if last else GENESIS_HASH
    frozen = figures_of(row)
    facts = {
        "figures": frozen,
        "previous_hash": previous,
        "hash": hash_of(previous, frozen),
        "closed_by": closed_by,
    }
    return ClosedMonth.objects.get_or_create(month=first, defaults=facts)[0]


def figures_of(row: Month) -> dict[str, Any]:
    return {**asdict(row), "month": row.month.isoformat()}


def hash_of(previous: str, frozen: dict[str, Any]) -> str:
    text = json.dumps([previous, frozen], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def drift(closed: ClosedMonth, now: Month | None) -> list[str]:
    """What a closed month says that the wallets no longer do, in words; its own hash first."""
    if hash_of(closed.previous_hash, closed.figures) != closed.hash:
        return ["the frozen figures were altered"]
    present = figures_of(now) if now else {}
    names = [name for name in AMOUNTS if name != "bonus_spent"]
    return [
        f"{name.replace('_', ' ')}: {closed.figures.get(name)} then, {present.get(name)} now"
        for name in names
        if closed.figures.get(name) != present.get(name)
    ]


def bonus_spent(first: date) -> int:
    """What was spent of bonuses in a month: a wallet spends what it was given before what it bought."""
    end = end_of(first)
    pots: dict[str, int] = defaultdict(int)
    spent = 0
    for user_id, at, given, used in _given_and_used(end):
        pots[user_id] = max(0, pots[user_id] + given)
        from_pot = min(pots[user_id], max(0, used))
        pots[user_id] -= from_pot
        if at == f"{first:%Y-%m}":
            spent += from_pot
    return spent


def _given_and_used(end: datetime) -> list[tuple[str, str, int, int]]:
    """(wallet, month, bonus given, spent) in the order of months; of erased wallets too."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for model in (MoneyHour, ErasedHour):
        rows = model.objects.filter(hour__lt=end, reason__in=("bonus", "debit", "refund")).order_by()
        named = rows.annotate(at=Substr(Cast("hour", CharField()), 1, 7)).values_list(
            "wallet_id", "at", "reason"
        )
        for user_id, at, reason, cents in named.annotate(cents=Sum("change_cents")):
            by = sums[at, user_id]
            by[0 if reason == "bonus" else 1] += cents if reason == "bonus" else -cents
    return [(user_id, at, given, used) for (at, user_id), (given, used) in sorted(sums.items())]


def _row(found: dict[date, Month], at: str) -> Month:
    first = date(int(at[:4]), int(at[5:7]), 1)
    return found.setdefault(first, Month(first))


def _carry_over(found: dict[date, Month]) -> None:
    """Each month begins with what the one before ended with; months in which nothing moved too."""
    if not found:
        return
    ends = {row.month: row for row in MonthTotal.objects.all()}
    net = owed = debt = 0
    at, last = min(found), timezone.now().date().replace(day=1)
    while at <= last:
        row = found.setdefault(at, Month(at))
        row.before = net
        net += row.sold + row.given_back + row.bonus + row.adjusted - row.earned
        if at in ends:
            owed, debt = owed + ends[at].owed_change_cents, debt + ends[at].debt_change_cents
        row.after, row.owed, row.debt = net, owed, debt
        at = end_of(at).date()


def _add_stripes(found: dict[date, Month]) -> None:
    """Stripe's own book of movements, as dj-stripe copied it: gross, refunds and disputes, fees, payouts."""
    from djstripe.models import BalanceTransaction

    if not found:
        return
    since = datetime.combine(min(found), datetime.min.time(), UTC)
    rows = BalanceTransaction.objects.filter(created__gte=since).order_by()
    named = rows.annotate(at=Substr(Cast("created", CharField()), 1, 7), kind=KT("stripe_data__type"))
    sums = {
        name: Sum(Cast(KT(f"stripe_data__{name}"), BigIntegerField()), default=0)
        for name in ("amount", "fee")
    }
    for at, kind, amount, fee in named.values_list("at", "kind").annotate(**sums):
        row = _row(found, at)
        row.stripe_fees += fee
        if kind in ("charge", "payment"):
            row.stripe_gross += amount
        elif kind == "payout":
            row.stripe_payouts -= amount
        else:
            row.stripe_refunds += amount
