"""The sandbox's tables. Stripe's objects are kept as the JSON that its API would answer."""

from typing import ClassVar, Self

from django.db import models


class Row(models.Model):
    """What every table has."""

    id = models.BigAutoField(primary_key=True)
    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True
        app_label = "sandbox"


class StoredObject(Row):
    """One object of Stripe's. Keys of `body` that begin with an underscore are ours and are never shown."""

    stripe_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=64)
    created = models.BigIntegerField()
    body = models.JSONField()

    class Meta(Row.Meta):
        indexes = [models.Index(fields=["kind", "id"], name="object_kind")]


class Delivery(Row):
    """One event on its way to one webhook endpoint, until that endpoint has answered 2xx."""

    class State(models.TextChoices):
        PENDING = "pending"
        HELD = "held"
        SUCCEEDED = "succeeded"
        FAILED = "failed"

    event_id = models.CharField(max_length=255, db_index=True)
    event_type = models.CharField(max_length=100)
    endpoint_id = models.CharField(max_length=255)
    state = models.CharField(max_length=16, choices=State.choices)
    attempts = models.IntegerField(default=0)
    created_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField()
    last_status = models.IntegerField(null=True)
    last_error = models.TextField(default="")

    class Meta(Row.Meta):
        indexes = [models.Index(fields=["state", "due_ms"], name="delivery_due")]


class Task(Row):
    """Something that happens by itself later: a session expires, a bank debit settles."""

    action = models.CharField(max_length=64)
    target_id = models.CharField(max_length=255)
    arguments = models.JSONField(default=dict)
    due_ms = models.BigIntegerField(db_index=True)


class IdempotentAnswer(Row):
    """The answer that a repeated Idempotency-Key gets again."""

    key = models.CharField(max_length=255, unique=True)
    request_hash = models.CharField(max_length=64)
    path = models.CharField(max_length=500)
    status = models.IntegerField()
    body = models.JSONField()
    request_id = models.CharField(max_length=64)
    created_ms = models.BigIntegerField()


class Mail(Row):
    """One mail as the product handed it over."""

    public_id = models.CharField(max_length=36, unique=True)
    body = models.JSONField()
    sent_ms = models.BigIntegerField()


class Setting(Row):
    """A switch of the control page that survives a restart."""

    name = models.CharField(max_length=64, unique=True)
    value = models.JSONField()
