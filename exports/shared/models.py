"""Which jobs are open, so that the worker need not open every user's file. Rebuilt by `user_db reindex`."""

from typing import ClassVar

from django.db import models


class OpenJob(models.Model):
    """Written before a job's debit and deleted after its end: a crash in between leaves a row to repair."""

    job_id = models.CharField(primary_key=True, max_length=32)
    user_id = models.CharField(max_length=32, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["created_at"]

    def __str__(self) -> str:
        return self.job_id
