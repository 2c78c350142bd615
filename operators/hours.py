"""What a wallet moved, hour by hour (UTC), and what follows from it. Told from its ledger or its tombstone alone."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from reelballers.user_db import user_connection

ERASED = "erased"

OF_LEDGER = (
    "SELECT substr(created_at, 1, 13), reason, SUM(change_cents), COUNT(*)"
    " FROM ledger GROUP BY 1, 2 ORDER BY 1, 2"
)


class Hour(NamedTuple):
    hour: datetime
    reason: str
    change_cents: int
    lines: int


class MonthEnd(NamedTuple):
    """By how much a month changed what we owe, and what is owed to us."""

    owed_cents: int
    debt_cents: int


def hours_of_wallet() -> list[Hour]:
    """Inside the wallet's context."""
    with user_connection().cursor() as cursor:
        return hours_of(cursor.execute(OF_LEDGER).fetchall())


def hours_of(rows: Iterable[Any]) -> list[Hour]:
    """From (`2026-11-26 14`, reason, cents, lines), as `OF_LEDGER` gives it and a tombstone keeps it."""
    return [
        Hour(datetime.strptime(hour, "%Y-%m-%d %H").replace(tzinfo=UTC), reason, cents, lines)
        for hour, reason, cents, lines in rows
    ]


def as_kept(hours: Iterable[Hour]) -> list[list[Any]]:
    return [[f"{hour:%Y-%m-%d %H}", reason, cents, lines] for hour, reason, cents, lines in hours]


def with_erasure(hours: list[Hour], erased_at: datetime) -> list[Hour]:
    """What the wallet still held is owed no more, nor owed to us."""
    left_cents = sum(each.change_cents for each in hours)
    if left_cents == 0:
        return hours
    hour = erased_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return [*hours, Hour(hour, ERASED, -left_cents, 1)]


def months_of(hours: Iterable[Hour]) -> dict[date, int]:
    """The balance at the end of each month in which the wallet moved."""
    moved: Counter[date] = Counter()
    for each in hours:
        moved[each.hour.date().replace(day=1)] += each.change_cents
    balance_cents, ends = 0, {}
    for month in sorted(moved):
        balance_cents += moved[month]
        ends[month] = balance_cents
    return ends


def month_changes(months: dict[date, int]) -> dict[date, MonthEnd]:
    before, changes = 0, {}
    for month, after in sorted(months.items()):
        changes[month] = MonthEnd(max(0, after) - max(0, before), max(0, -after) - max(0, -before))
        before = after
    return changes
