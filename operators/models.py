"""The operators' figures, in `default`: what all wallets moved, hour by hour. Never the truth, never read to decide.

A wallet's rows change together with the totals, by new − old, in one transaction (totals.py); all of it is made again
from the files and tombstones by `user_db reindex` and compared with them by `audit`. Hours are UTC.
"""

from typing import ClassVar

from django.db import models

from operators.acts.model import OperatorAct as OperatorAct  # Django looks for models here
from reelballers.models import WalletSummary


class _Moved(models.Model):
    """What ledger lines of one reason moved within an hour, in cents."""

    hour = models.DateTimeField()
    reason = models.CharField(max_length=20)
    change_cents = models.BigIntegerField()
    lines = models.IntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.reason} {self.change_cents}"


class MoneyHour(_Moved):
    """Of one wallet."""

    wallet = models.ForeignKey(WalletSummary, on_delete=models.CASCADE, related_name="hours")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wallet", "hour", "reason"], name="money_hour_is_one_row")
        ]


class HourTotal(_Moved):
    """Of all wallets there are or were."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hour", "reason"], name="hour_total_is_one_row")
        ]


class MonthBalance(models.Model):
    """What a wallet held at the end of a month in which it moved; in the months after, too, until the next row."""

    wallet = models.ForeignKey(WalletSummary, on_delete=models.CASCADE, related_name="months")
    month = models.DateField()  # its first day
    balance_cents = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wallet", "month"], name="month_balance_is_one_row")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.balance_cents}"


class MonthTotal(models.Model):
    """By how much a month changed what we owe and what is owed to us; the sum up to a month is its end's amount.

    Flows give the net only: credits of one wallet are not set against the debt of another.
    """

    month = models.DateField(primary_key=True)
    owed_change_cents = models.BigIntegerField()
    debt_change_cents = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.owed_change_cents} {self.debt_change_cents}"


class ErasedWallet(models.Model):
    """A wallet that is gone and whose past stays in the books."""

    user_id = models.CharField(primary_key=True, max_length=32)
    shard = models.CharField(max_length=2, db_index=True)

    def __str__(self) -> str:
        return self.user_id


class ErasedHour(_Moved):
    """Of an erased wallet; what it still held ends with a row of the reason `erased`."""

    wallet = models.ForeignKey(ErasedWallet, on_delete=models.CASCADE, related_name="hours")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wallet", "hour", "reason"], name="erased_hour_is_one_row")
        ]


class ClosedMonth(models.Model):
    """A month's figures as they were when an owner closed it; the hash covers them and the month closed before."""

    month = models.DateField(primary_key=True)  # its first day
    figures = models.JSONField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    closed_by = models.CharField(max_length=255)
    closed_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
