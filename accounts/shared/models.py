"""What `default` knows of accounts beside the users themselves. Nothing here outlives a restore."""

from typing import ClassVar

from django.db import models


class RecoverTry(models.Model):
    """Somebody who proved an address named the last four digits of a card: three times in thirty days."""

    email = models.EmailField(db_index=True)
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"


class Code(models.Model):
    """A six-digit code on its way to an address. Only its HMAC is kept, and the guesses are counted here."""

    id = models.CharField(primary_key=True, max_length=32)
    email = models.EmailField(db_index=True)
    hmac = models.CharField(max_length=64)
    # Who asked, as HMACs, for the limits: a network, and a browser that has a session or was signed in before.
    network = models.CharField(max_length=64, db_index=True)
    browser = models.CharField(max_length=64, blank=True, db_index=True)
    is_known = models.BooleanField(
        default=False
    )  # asked by a browser that was signed in to this very address
    guesses = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"code {self.id[:8]}"
