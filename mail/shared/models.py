"""The mailer's index: whose file to look into. Rebuilt from the files."""

from django.db import models


class LetterDue(models.Model):
    """A letter that is about to be written or waits to be sent; committed before the letter itself."""

    id = models.CharField(primary_key=True, max_length=32)
    user_id = models.CharField(max_length=32, db_index=True)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField(db_index=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "letter to be sent"
        verbose_name_plural = "letters to be sent"

    def __str__(self) -> str:
        return self.id
