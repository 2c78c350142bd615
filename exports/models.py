"""What a user's own file says about clips and exports."""

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q

from reelballers.user_db.models import UserFileModel


def new_id() -> str:
    """96 random bits: ids stand in URLs and are never guessed."""
    return secrets.token_hex(12)


class Project(UserFileModel):
    """An uploaded clip, measured once when it arrived: prices and limits rest on these figures."""

    id = models.TextField(primary_key=True, default=new_id)
    name = models.TextField()
    duration_ms = models.PositiveIntegerField()  # the largest of container, stream and packets: headers lie
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    fps = models.FloatField()
    has_audio = models.BooleanField()
    size_bytes = models.PositiveBigIntegerField()
    source_path = models.TextField()  # both relative to the media storage
    thumbnail_path = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta(UserFileModel.Meta):
        db_table = "projects"
        ordering: ClassVar = ["-created_at", "-id"]


class MergedClip(UserFileModel):
    """A clip that came with a wallet that was closed into this one, deleted since or not: it comes once."""

    project_id = models.TextField(primary_key=True)
    source_id = models.TextField()

    class Meta(UserFileModel.Meta):
        db_table = "merged_clips"


class State(models.TextChoices):
    DEBITED = "debited"  # paid for, waits for a runner
    DISPATCHING = "dispatching"  # an attempt is on its way to the runner; its lease says until when we wait
    DISPATCHED = "dispatched"  # the runner has it
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    ABORTED = "aborted"  # an intent whose debit never happened; never shown


OPEN_STATES = (State.DEBITED, State.DISPATCHING, State.DISPATCHED, State.RUNNING)

PUBLIC_STATUS = {
    State.DEBITED: "queued",
    State.DISPATCHING: "queued",
    State.DISPATCHED: "queued",
    State.RUNNING: "running",
    State.SUCCEEDED: "succeeded",
    State.FAILED: "failed",
    State.TIMED_OUT: "failed",
    State.CANCELLED: "cancelled",
}

# Error codes that the clip or its parameters caused; any other failure is ours.
VISITORS_FAULTS = ("clip", "params")


class ExportJob(UserFileModel):
    """One export, from the debit to its end. jobs.py is the only code that changes `state`."""

    id = models.TextField(primary_key=True, default=new_id)
    project_id = models.TextField()  # not a foreign key: the job outlives its project
    project_name = models.TextField()
    name = models.TextField(null=True)  # once the visitor gave it one of its own
    type = models.TextField()
    params = models.JSONField()
    state = models.TextField(choices=State.choices)
    progress = models.FloatField(default=0)
    cost_cents = models.PositiveIntegerField()
    price_version = models.TextField()
    sold_duration_ms = models.PositiveIntegerField()  # a runner stops here
    idempotency_key = models.TextField(unique=True, null=True)
    idempotency_hash = models.TextField()  # over the request as sent: a key belongs to one request
    request_hash = models.TextField()  # over project, type and complete parameters: the same work
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    call_id = models.TextField(null=True)  # the runner's name for the current attempt
    envelope = models.JSONField(null=True)  # how the attempt says it ended, until the worker has looked
    output_path = models.TextField(null=True)
    output_deleted_at = models.DateTimeField(
        null=True
    )  # when its retention ended, or the visitor's wish for it
    thumbnail_path = models.TextField(null=True)
    deleted_at = models.DateTimeField(
        null=True
    )  # by the visitor, for whom it is gone; money and summaries stay
    error = models.TextField(null=True)  # plain words for the visitor
    error_code = models.TextField(null=True)
    gpu = models.TextField(default="")
    run_seconds = models.FloatField(null=True)
    compute_cost_microdollars = models.PositiveBigIntegerField(null=True)
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)  # when an attempt was lost and it began to wait again
    dispatched_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    refunded_cents = 0  # put here by who asked the ledger, to be shown

    class Meta(UserFileModel.Meta):
        db_table = "export_jobs"
        ordering: ClassVar = ["-created_at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["state"], name="export_jobs_state"),
            models.Index(fields=["-created_at", "-id"], name="export_jobs_newest"),
            models.Index(fields=["request_hash"], name="export_jobs_request"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="export_job_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="succeeded") | Q(output_path__isnull=False),
                name="export_job_success_has_output",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*OPEN_STATES]) | Q(finished_at__isnull=False),
                name="export_job_end_is_dated",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def status(self) -> str:
        return PUBLIC_STATUS[State(self.state)]

    @property
    def has_output(self) -> bool:
        return self.state == State.SUCCEEDED and self.output_deleted_at is None

    @property
    def shown_name(self) -> str:
        return self.name or self.project_name

    @property
    def files(self) -> list[str]:
        """What it has in the media storage, as long as it has an output."""
        return [name for name in (self.output_path, self.thumbnail_path) if name and self.has_output]


class ExportBatch(UserFileModel):
    """A key under which several exports were sold at once; it shares its namespace with the keys of single ones."""

    idempotency_key = models.TextField(primary_key=True)
    idempotency_hash = models.TextField()  # over the whole request as sent
    job_ids = models.JSONField()
    created_at = models.DateTimeField()

    class Meta(UserFileModel.Meta):
        db_table = "export_batches"
