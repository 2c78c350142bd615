"""Which letters still wait, told from a user's own file. See user_db/reindex.py."""

from collections.abc import Iterator

from django.utils import timezone

from mail.models import OutboxLetter
from mail.shared.models import LetterDue
from reelballers.user_db.reindex import Claim


def claims_of(user_id: str) -> Iterator[Claim]:
    now = timezone.now()
    for letter in OutboxLetter.objects.filter(ended_at=None):
        yield Claim(
            LetterDue(id=letter.id, user_id=user_id, created_at=letter.created_at, next_attempt_at=now)
        )
