"""Which jobs are open, so that the worker need not open every user's file. Rebuilt by `user_db reindex`."""

from typing import ClassVar

from django.db import connection, models
from django.utils import timezone


class OpenJob(models.Model):
    """Written before a job's debit and deleted after its end: a crash in between leaves a row to repair."""

    job_id = models.CharField(primary_key=True, max_length=32)
    user_id = models.CharField(max_length=32, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["created_at"]

    def __str__(self) -> str:
        return self.job_id

    @classmethod
    def announce(cls, *, job_id: str, user_id: str) -> None:
        """`objects.create` by one plain statement: every start waits for it."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO exports_shared_openjob (job_id, user_id, created_at) VALUES (%s, %s, %s)",
                [job_id, user_id, now],
            )


class JobSummary(models.Model):
    """An ended job for the operators: found by its id, summed by day. Written by the worker, once a job."""

    job_id = models.CharField(primary_key=True, max_length=32)
    user_id = models.CharField(max_length=32, db_index=True)
    type = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    error_code = models.CharField(max_length=20, blank=True)
    cost_cents = models.BigIntegerField()
    refunded_cents = models.BigIntegerField(default=0)  # at its end; the ledger knows of later ones
    price_version = models.CharField(max_length=20, default="")
    gpu = models.CharField(max_length=40, blank=True)
    run_seconds = models.FloatField(default=0)
    compute_cost_microdollars = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        verbose_name_plural = "job summaries"

    @property
    def margin_microdollars(self) -> int:
        """What we kept of the price after computing; 1 cent is 10 000 micro-dollars."""
        return (self.cost_cents - self.refunded_cents) * 10_000 - self.compute_cost_microdollars

    def __str__(self) -> str:
        return self.job_id
