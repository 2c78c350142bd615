"""What `default` knows about payments: whose they are, and what Stripe told us. Never a balance.

Everything here is rebuilt from the users' files (`user_db reindex`) or from Stripe (`reconcile`).
"""

from typing import ClassVar

from django.db import models


class PaymentIndex(models.Model):
    """Which user a Checkout Session, payment intent or charge belongs to; written before the credit.

    Refund and Dispute objects carry only a charge and a payment intent: without this row they have no owner.
    """

    session_id = models.CharField(primary_key=True, max_length=255)
    topup_id = models.CharField(max_length=64, unique=True)
    user_id = models.CharField(max_length=32, db_index=True)
    payment_intent_id = models.CharField(max_length=255, null=True, unique=True)
    charge_id = models.CharField(max_length=255, null=True, db_index=True)
    payer_hmac = models.CharField(max_length=64, blank=True, default="", db_index=True)
    amount_cents = models.BigIntegerField()
    livemode = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "payment"

    def __str__(self) -> str:
        return self.session_id


class InboxEvent(models.Model):
    """One Stripe event, recorded before it is applied; applying again is always harmless."""

    class Outcome(models.TextChoices):
        PENDING = "pending", "Not applied yet"
        APPLIED = "applied", "Applied"
        FOREIGN = "foreign", "Not ours"
        UNMATCHED = "unmatched", "Kept for an operator"
        PARKED = "parked", "Waiting for its payment"
        ASK_STRIPE = "ask_stripe", "Waiting for the worker to ask Stripe"

    event_id = models.CharField(primary_key=True, max_length=255)
    type = models.CharField(max_length=100)
    payload = models.JSONField()
    payment_intent_id = models.CharField(max_length=255, blank=True, db_index=True)
    object_id = models.CharField(
        max_length=255, blank=True, db_index=True
    )  # of the cs_, re_, dp_… it tells of
    outcome = models.CharField(max_length=20, choices=Outcome.choices, default=Outcome.PENDING, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)
    next_attempt_at = models.DateTimeField(db_index=True)
    applied_at = models.DateTimeField(null=True)
    # The worker's queue for dj-stripe's models: when to copy what this event is about; null when it is copied.
    sync_due_at = models.DateTimeField(null=True, db_index=True)
    sync_attempts = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-received_at"]
        verbose_name = "Stripe event"

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class UnmatchedPayment(models.Model):
    """A paid session that is ours but fits no top-up of ours: kept for an operator, never lost."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting for an operator"
        CREDITING = "crediting", "Being credited"
        CREDITED = "credited", "Credited"
        REFUNDING = "refunding", "Being refunded"
        REFUNDED = "refunded", "Refunded at Stripe"

    session_id = models.CharField(primary_key=True, max_length=255)
    payment_intent_id = models.CharField(max_length=255, null=True, db_index=True)
    claimed_user_id = models.CharField(max_length=64, blank=True, db_index=True)
    amount_cents = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=10, blank=True)
    why = models.TextField()
    facts = models.JSONField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN, db_index=True)
    decided_by = models.CharField(max_length=255, blank=True)
    decided_for_user_id = models.CharField(max_length=32, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.session_id


class OpenRefund(models.Model):
    """Where an operator's refund waits for Stripe's word: the worker's index. The intent is in the user's file."""

    form_id = models.CharField(primary_key=True, max_length=64)
    user_id = models.CharField(max_length=32, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    next_attempt_at = models.DateTimeField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "refund waiting for Stripe"
        verbose_name_plural = "refunds waiting for Stripe"

    def __str__(self) -> str:
        return self.form_id


class Merge(models.Model):
    """A guest's wallet that became part of an account's, for ever. Rebuilt from the file's `closed_into`."""

    source_id = models.CharField(primary_key=True, max_length=32)
    target_id = models.CharField(max_length=32, db_index=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "closed wallet"

    def __str__(self) -> str:
        return f"{self.source_id[:8]} → {self.target_id[:8]}"


class TransferDue(models.Model):
    """A closed wallet that may have something to send on; committed before the movement that brings it."""

    id = models.CharField(primary_key=True, max_length=32)
    source_id = models.CharField(max_length=32, db_index=True)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "transfer to be delivered"
        verbose_name_plural = "transfers to be delivered"

    def __str__(self) -> str:
        return self.id


class ReconcileProgress(models.Model):
    """How far the comparison with one of Stripe's lists has come; a run that was cut short goes on from here."""

    name = models.CharField(primary_key=True, max_length=20)
    since = models.BigIntegerField()  # Unix seconds
    cursor = models.CharField(max_length=255, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)  # Stripe has refused this list: not before then
    last_error = models.TextField(blank=True, default="", db_default="")

    class Meta:
        verbose_name = "comparison with Stripe"
        verbose_name_plural = "comparisons with Stripe"

    def __str__(self) -> str:
        return self.name
