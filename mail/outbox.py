"""Mail that follows money: at least once, never without its cause, and nobody waits for it.

First a wake-up row in `default`, then the letter in the same transaction as the ledger line, then the worker sends it.
Killed anywhere in between, the wake-up row is left; if the letter never came, a tombstone with its id is written, so
that a late transaction fails rather than leaving a letter nobody would look for.

    with outbox.following(user_id) as letters, user_transaction(user_id):
        …
        letters.put("receipt", cause=f"receipt:{session_id}", facts={…})
"""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from mail.kinds import written
from mail.models import OutboxLetter
from mail.post import MailAway, MailRefused, send
from mail.shared.models import LetterDue
from reelballers.models import User
from reelballers.one_writer import one_writer
from reelballers.user_db import UserDatabaseError, has_user_db, user_db, user_transaction

logger = logging.getLogger(__name__)

# Longer than any request lives: by then the transaction has committed or never will.
NEVER_CAME = timedelta(minutes=2)
FIRST_LOOK = timedelta(seconds=1)
LEASE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(hours=1)


class Letters:
    """Takes one letter at most for one wake-up row; none where nobody would get it."""

    def __init__(self, letter_id: str | None) -> None:
        self._id = letter_id
        self.is_put = False

    def put(self, kind: str, *, cause: str, facts: dict[str, Any]) -> None:
        """Inside the user's transaction; the same cause again is the same letter."""
        if self._id is None or OutboxLetter.objects.filter(cause=cause).exists():
            return
        assert not self.is_put, "one wake-up row, one letter"
        OutboxLetter(id=self._id, cause=cause, kind=kind, facts=facts, created_at=timezone.now()).save(
            force_insert=True
        )
        self.is_put = True


@contextmanager
def following(user_id: str) -> Iterator[Letters]:
    """Around a user transaction: wakes the mailer before it, and lets it sleep again if there was nothing to say."""
    letter_id = _wake_up(user_id) if _has_address(user_id) else None
    letters = Letters(letter_id)
    yield letters
    if letter_id is not None and not letters.is_put:
        LetterDue.objects.filter(pk=letter_id).delete()


def send_due(limit: int = 50) -> int:
    """The worker's part. Returns how many wake-up rows ended."""
    due = LetterDue.objects.filter(next_attempt_at__lte=timezone.now()).order_by("next_attempt_at")
    ended = 0
    for row in due[:limit]:
        taken = LetterDue.objects.filter(pk=row.pk, next_attempt_at=row.next_attempt_at)
        if not taken.update(next_attempt_at=timezone.now() + LEASE, attempts=F("attempts") + 1):
            continue  # another worker was faster
        try:
            wait = _deliver(row)
        except MailAway:
            wait = min(LONGEST_WAIT, timedelta(seconds=5 * 2 ** min(row.attempts, 12)))
        except UserDatabaseError as error:
            logger.warning("letter %s: %s", row.id, error)
            wait = LONGEST_WAIT
        if wait is None:
            LetterDue.objects.filter(pk=row.pk).delete()
            ended += 1
        else:
            LetterDue.objects.filter(pk=row.pk).update(next_attempt_at=timezone.now() + wait)
    return ended


def _deliver(row: LetterDue) -> timedelta | None:
    """None when there is nothing more to do, else how long to wait. Raises MailAway."""
    if not has_user_db(row.user_id):
        return None  # erased
    with user_db(row.user_id):
        letter = OutboxLetter.objects.filter(pk=row.id).first()
    if letter is None:
        return _bury(row) if timezone.now() - row.created_at > NEVER_CAME else FIRST_LOOK
    if letter.ended_at is not None:
        return None
    # To an address of its own where the letter says so: the one that was verified until a moment ago.
    address = letter.facts.get("to") or (
        User.objects.filter(pk=row.user_id, is_active=True).values_list("email", flat=True).first()
    )
    end = "sent"
    if address is None:
        end = "no address"
    else:
        try:
            send(written(letter.kind, letter.facts), to=address, message_id=letter.id)
        except MailRefused as refused:
            end = f"refused: {refused}"
    _end(row.user_id, letter.id, end)
    return None


def _bury(row: LetterDue) -> timedelta | None:
    now = timezone.now()
    tombstone = OutboxLetter(
        id=row.id, cause=f"never:{row.id}", kind="never", created_at=now, ended_at=now, end="never came"
    )
    with user_transaction(row.user_id):
        if OutboxLetter.objects.filter(pk=row.id).exists():
            return FIRST_LOOK  # it has just come
        tombstone.save(force_insert=True)
    return None


def _end(user_id: str, letter_id: str, end: str) -> None:
    with user_transaction(user_id):
        OutboxLetter.objects.filter(pk=letter_id, ended_at=None).update(ended_at=timezone.now(), end=end)


def _wake_up(user_id: str) -> str:
    letter_id, now = secrets.token_hex(16), timezone.now()
    row = LetterDue(id=letter_id, user_id=user_id, created_at=now, next_attempt_at=_soon(now))
    with one_writer():
        row.save(force_insert=True)
    return letter_id


def _soon(now: datetime) -> datetime:
    return now + FIRST_LOOK


def _has_address(user_id: str) -> bool:
    return User.objects.filter(pk=user_id, email__isnull=False, is_active=True).exists()
