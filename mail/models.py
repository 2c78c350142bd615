"""Letters to the owner of this file, written in the transaction that made them necessary."""

from typing import ClassVar

from django.db import models

from reelballers.user_db.models import UserFileModel


class OutboxLetter(UserFileModel):
    """One letter, once for each cause. Facts, not words: how it reads is decided when it is sent."""

    id = models.TextField(primary_key=True)  # its wake-up row has the same, and so has its Message-ID
    cause = models.TextField(unique=True)
    kind = models.TextField()
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    # Sent, or why never: the owner has no address, the service refuses it, the transaction never came.
    ended_at = models.DateTimeField(null=True)
    end = models.TextField(default="")

    class Meta(UserFileModel.Meta):
        db_table = "outbox"
        ordering: ClassVar = ["created_at", "id"]
