"""A wallet's head: what it holds, what it was given, who pays, and whether its chain of hashes holds."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from reelballers.user_db import look, user_db
from wallet.audit import chain_faults
from wallet.models import LedgerEntry, Reversal, Topup, Wallet
from wallet.payments.reversals import DECIDED_DISPUTE_STATUSES

CHAIN_CHECKED_UP_TO = 5_000


@dataclass(frozen=True)
class Head:
    balance_cents: int
    is_frozen: bool
    closed_into: str | None
    bought_cents: int
    spent_cents: int
    bonus_cents: int
    line_count: int
    disputes: int
    payers: list[str]  # as given at Checkout, newest first; nobody proved them

    @property
    def debt_cents(self) -> int:
        return max(0, -self.balance_cents)


@dataclass(frozen=True)
class Moment:
    """The balance at a time, and the line that made it so."""

    at: datetime
    balance_cents: int
    cause: LedgerEntry | None


def head(user_id: str) -> Head:
    with user_db(user_id):
        wallet = Wallet.objects.get()
        sums = LedgerEntry.objects.order_by().aggregate(
            bought=Sum("change_cents", filter=Q(reason="topup"), default=0),
            spent=Sum("change_cents", filter=Q(reason__in=("debit", "refund")), default=0),
            bonus=Sum("change_cents", filter=Q(reason="bonus"), default=0),
            lines=Count("pk"),
        )
        disputes = Reversal.objects.filter(kind=Reversal.Kind.DISPUTE)
        open_disputes = disputes.exclude(status__in=(*DECIDED_DISPUTE_STATUSES, "warning_closed")).count()
        payers = Topup.objects.exclude(payer_email=None).order_by("-created_at")
        addresses = list(dict.fromkeys(payers.values_list("payer_email", flat=True)))
    return Head(
        balance_cents=wallet.balance_cents,
        is_frozen=wallet.is_frozen,
        closed_into=wallet.closed_into,
        bought_cents=sums["bought"],
        spent_cents=-sums["spent"],
        bonus_cents=sums["bonus"],
        line_count=sums["lines"],
        disputes=open_disputes,
        payers=addresses,
    )


def balance_at(user_id: str, at: datetime) -> Moment:
    with user_db(user_id):
        line = LedgerEntry.objects.filter(created_at__lte=at).first()
    return Moment(at, line.balance_after_cents if line else 0, line)


def chain_fault(user_id: str) -> str:
    """What is wrong with the chain of hashes, in words; nothing if it holds."""
    with look(user_id) as db:
        return next((fault.what for fault in chain_faults(db)), "")
