"""Proves the figures: each wallet's rows against its file, the totals against the rows. Reads only."""

import sqlite3
from collections.abc import Iterator

from django.db import connection

from operators import sums
from operators.hours import OF_LEDGER, hours_of, months_of
from operators.models import HourTotal, MonthBalance, MonthTotal
from operators.summaries import mtime_ns_of
from operators.totals import hours_known
from reelballers.models import WalletSummary
from reelballers.user_db.paths import user_directory
from wallet.audit import Fault

REBUILD = "`manage.py user_db reindex` makes the figures anew from the files"

_HOURS = sums.differences(HourTotal._meta.db_table, "hour, reason", ("change_cents", "lines"), sums.HOURS)
_MONTHS = sums.differences(
    MonthTotal._meta.db_table, "month", ("owed_change_cents", "debt_change_cents"), sums.MONTHS
)


def wallet_faults(db: sqlite3.Connection, user_id: str) -> Iterator[Fault]:
    """What the figures say of a wallet that the worker has read since it last changed."""
    summary = WalletSummary.objects.filter(pk=user_id).first()
    if summary is None or summary.seen_mtime_ns != mtime_ns_of(str(user_directory(user_id))):
        return
    hours = hours_of(db.execute(OF_LEDGER).fetchall())
    if hours_known(user_id) != hours:
        yield Fault("the figures do not say what its ledger moved", REBUILD)
    ends = MonthBalance.objects.filter(wallet_id=user_id).values_list("month", "balance_cents")
    if dict(ends) != months_of(hours):
        yield Fault("the figures do not say what it held at the ends of months", REBUILD)
    balance_cents = db.execute("SELECT balance_cents FROM wallet").fetchone()[0]
    if summary.balance_cents != balance_cents:
        yield Fault(f"the figures say {summary.balance_cents} cents, the wallet {balance_cents}", REBUILD)


def total_faults() -> Iterator[Fault]:
    with connection.cursor() as cursor:
        for hour, reason, cents, lines in cursor.execute(_HOURS).fetchall():
            yield Fault(f"figures: {reason} of {hour} is off by {cents} cents, {lines} lines", REBUILD)
        for month, owed_cents, debt_cents in cursor.execute(_MONTHS).fetchall():
            yield Fault(f"figures: {month} is off by {owed_cents} owed, {debt_cents} of debt", REBUILD)
