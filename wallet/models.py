"""What a user's own file says about money. All amounts are integer US cents; 1 credit = 1 cent.

Rows are written by ledger.py, topups.py and reversals.py alone; the database refuses what must never be
(see migrations/0002_append_only.py, 0003_no_replacing.py and 0006_closed_stays_empty.py).
"""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from reelballers.user_db.models import UserFileModel

# How a reversal stands, beside Stripe's own words: an operator's wish that Stripe has not answered, and one it refused.
INTENT, REFUSED = "intent", "refused"
FINAL_REFUND_STATUSES = {"failed", "canceled", REFUSED}
DECIDED_DISPUTE_STATUSES = {"won", "lost"}


class Wallet(UserFileModel):
    """The one row that holds the balance: always the sum of the ledger."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    balance_cents = models.BigIntegerField(default=0)
    is_frozen = models.BooleanField(default=False)
    updated_at = models.DateTimeField(null=True)
    # The account's user id that this guest's wallet became part of, for ever; its balance is 0 at every commit then.
    closed_into = models.TextField(null=True)

    class Meta(UserFileModel.Meta):
        db_table = "wallet"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="wallet_has_one_row")]

    @property
    def debt_cents(self) -> int:
        return max(0, -self.balance_cents)


class Reason(models.TextChoices):
    TOPUP = "topup", "Credits bought"
    DEBIT = "debit", "Export"
    REFUND = "refund", "Export refunded"
    BONUS = "bonus", "Bonus"
    REVERSAL = "reversal", "Payment refunded or disputed"
    RESTORE = "restore", "Payment given back"
    ADJUSTMENT = "adjustment", "Opening adjustment"
    TRANSFER = "transfer", "Moved between wallets"


class LedgerEntry(UserFileModel):
    """One movement, for ever. `reference` names the cause, once; `hash` covers this line and the one before."""

    id = models.AutoField(primary_key=True)
    change_cents = models.BigIntegerField()
    reason = models.TextField(choices=Reason.choices)
    job_id = models.TextField(null=True)
    stripe_payment_id = models.TextField(null=True)
    created_at = models.DateTimeField()
    balance_after_cents = models.BigIntegerField()
    reference = models.TextField(unique=True)
    actor = models.TextField()  # "visitor", "stripe", "system" or an operator's email
    note = models.TextField(default="")
    hash = models.TextField()

    class Meta(UserFileModel.Meta):
        db_table = "ledger"
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["job_id"], name="ledger_job")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(change_cents=0), name="ledger_line_moves_something"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="ledger_reason_is_known"),
            models.CheckConstraint(
                condition=(
                    Q(reason__in=["topup", "refund", "restore"], change_cents__gt=0)
                    | Q(reason__in=["debit", "reversal"], change_cents__lt=0)
                    | Q(reason__in=["bonus", "adjustment", "transfer"])
                ),
                name="ledger_sign_fits_reason",
            ),
            models.CheckConstraint(
                condition=~Q(reason="debit") | Q(balance_after_cents__gte=0), name="ledger_no_overspend"
            ),
        ]


class Debit(UserFileModel):
    """What a job took, and how much of it went back; never more than was taken."""

    job_id = models.TextField(primary_key=True)
    cost_cents = models.BigIntegerField()
    refunded_cents = models.BigIntegerField(default=0)

    class Meta(UserFileModel.Meta):
        db_table = "debits"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(cost_cents__gt=0), name="debit_is_positive"),
            models.CheckConstraint(
                condition=Q(refunded_cents__gte=0) & Q(refunded_cents__lte=F("cost_cents")),
                name="debit_refund_within_cost",
            ),
        ]


def new_topup_id() -> str:
    return secrets.token_hex(12)


class Topup(UserFileModel):
    """A purchase of credits: our side of one Checkout Session."""

    class Status(models.TextChoices):
        CREATED = "created"  # Stripe has not answered yet
        OPEN = "open"  # the visitor can pay
        PROCESSING = "processing"  # a delayed method: completed, not paid yet
        EXPIRED = "expired"
        FAILED = "failed"
        PAID = "paid"

    id = models.TextField(primary_key=True, default=new_topup_id)
    status = models.TextField(choices=Status.choices, default=Status.CREATED)
    credits = models.BigIntegerField()
    currency = models.TextField(default="usd")
    livemode = models.BooleanField()
    session_id = models.TextField(unique=True, null=True)
    payment_intent_id = models.TextField(null=True, db_index=True)
    checkout_url = models.TextField(null=True)
    asked_at = models.DateTimeField(null=True)  # when a visitor's look last made us ask Stripe about it
    paid_cents = models.BigIntegerField(null=True)  # what Stripe collected: reversals are in proportion to it
    payer_email = models.TextField(null=True)  # as given at Checkout, unverified; see payers.py
    taken_cents = models.BigIntegerField(default=0)  # what reversals have taken back so far
    settled_count = models.PositiveIntegerField(default=0)  # numbers the reversal lines
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    def raise_status(self, status: "Topup.Status") -> bool:
        """Moves on to a status further right, never back: events arrive in any order, and paid is for ever."""
        order = list(Topup.Status)
        if order.index(status) <= order.index(Topup.Status(self.status)):
            return False
        self.status = status
        return True

    class Meta(UserFileModel.Meta):
        db_table = "topups"
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(credits__gt=0), name="topup_is_positive"),
            models.CheckConstraint(
                condition=Q(taken_cents__gte=0) & Q(taken_cents__lte=F("credits")),
                name="topup_taken_within_credits",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid") | Q(paid_at__isnull=False, paid_cents__gt=0),
                name="topup_paid_is_dated",
            ),
        ]


class Reversal(UserFileModel):
    """One refund or dispute at Stripe, or an operator's intent to refund: one row by its Stripe id.

    Only facts that no order of events can change: a final status stays, "withdrawn" and "lost" once seen are seen.
    """

    class Kind(models.TextChoices):
        REFUND = "refund"
        DISPUTE = "dispute"

    id = models.TextField(primary_key=True)  # re_…, dp_…, or intent:<form id> until Stripe has named it
    topup = models.ForeignKey(Topup, on_delete=models.PROTECT, related_name="reversals")
    kind = models.TextField(choices=Kind.choices)
    amount_cents = models.BigIntegerField()
    status = models.TextField()
    funds_withdrawn_at = models.BigIntegerField(default=0)  # Unix seconds of the newest such event, 0 = never
    funds_reinstated_at = models.BigIntegerField(default=0)
    form_id = models.TextField(unique=True, null=True)  # an operator's refund: the form it came from
    actor = models.TextField(default="stripe")
    note = models.TextField(default="")
    attempted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta(UserFileModel.Meta):
        db_table = "reversals"
        ordering: ClassVar = ["created_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="reversal_is_positive"),
        ]
