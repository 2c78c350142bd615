"""What operators do, over all wallets and all operators. In `default`."""

import secrets
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

HANGS_AFTER = timedelta(minutes=10)


def new_act_id() -> str:
    return secrets.token_hex(16)


class OperatorAct(models.Model):
    """One thing an operator does: drafted, looked at, confirmed once. Draft, receipt, log and daily limit are this row.

    Its id is the form id of whatever it writes elsewhere, so doing it again writes nothing. The user's file cannot
    commit together with it: `doing` is written before, `done` or `refused` after, and the worker ends what hangs.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Not confirmed"
        DOING = "doing", "Under way"
        DONE = "done", "Done"
        REFUSED = "refused", "Not done"

    id = models.CharField(primary_key=True, max_length=32, default=new_act_id)
    kind = models.CharField(max_length=20)
    # Ids and names, no foreign keys: the log outlives whom it tells of.
    operator_id = models.CharField(max_length=32)
    operator = models.CharField(max_length=255)
    user_id = models.CharField(max_length=32, blank=True, db_index=True)
    of = models.CharField(max_length=255, blank=True, db_index=True)
    how = models.CharField(max_length=10, blank=True)
    amount_cents = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, db_index=True)
    shown_after_cents = models.BigIntegerField(null=True)  # what the operator agreed to
    before_cents = models.BigIntegerField(null=True)
    after_cents = models.BigIntegerField(null=True)
    said = models.TextField(blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, db_index=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-confirmed_at", "-created_at"]
        verbose_name = "operator's act"
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("give_bonus", "Can give and take back bonuses, up to the daily limit"),
            ("give_bonus_without_limit", "Can give bonuses without a daily limit"),
            ("refund_jobs", "Can return credits of jobs, retry and cancel them"),
            ("repair_payments", "Can apply events again and read a payment at Stripe"),
            ("refund_payments", "Can refund payments at Stripe and settle unmatched ones"),
            ("guard_wallets", "Can freeze wallets and let a browser in"),
            ("ask_stripe", "Can ask Stripe about an id"),
            ("close_months", "Can close months"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.operator}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def hangs(self) -> bool:
        return (
            self.state == self.State.DOING
            and self.confirmed_at is not None
            and timezone.now() - self.confirmed_at > HANGS_AFTER
        )
