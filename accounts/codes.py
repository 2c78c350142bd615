"""Six digits to an address: asked for, guessed at most five times, used once.

Asking makes no session, no user and no cookie, and its answer is the same whether anybody has the address.
"""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts import limits
from accounts.errors import CodeRefused
from accounts.shared.models import Code, RecoverTry
from mail.letters import Letter
from mail.post import send
from reelballers.models import User
from reelballers.one_writer import one_writer

VALID_MINUTES = 10
GUESSES = 5
KEPT = timedelta(days=1)  # as long as the limits look back


def ask(*, email: str, asker: limits.Asker) -> str:
    """Sends a code to an address and returns the id that it is confirmed with.

    Raises TooManyCodes, MailAway, MailRefused. The row is committed before the mail leaves; if the mail does not, the
    row still counts against the limits.
    """
    code_id, code = secrets.token_hex(16), f"{secrets.randbelow(10**6):06d}"
    now = timezone.now()
    row = Code(
        id=code_id,
        email=email,
        hmac=_hmac(code_id, code),
        network=asker.network,
        browser=asker.browser,
        is_known=asker.is_known,
        created_at=now,
    )
    with one_writer(), transaction.atomic(using="default"):
        limits.check(asker, email, now)
        row.save(force_insert=True)
    letter = _for_staff() if User.objects.filter(email=email, is_staff=True).exists() else _letter(code)
    send(letter, to=email, message_id=f"code-{code_id}")
    return code_id


def address_proved(*, code_id: str, code: str) -> str:
    """The address that a right code proves; the code is used up. Raises CodeRefused.

    One conditional UPDATE counts the guess before anything is compared: however many come at once, five are.
    """
    email = address_shown(code_id=code_id, code=code)
    use_up(code_id)
    return email


def address_shown(*, code_id: str, code: str) -> str:
    """The same, but the code can be used again: a guess was counted all the same. Raises CodeRefused."""
    # Read first: of a flood of guesses only those that count may take the shared database's lock.
    if not _alive(code_id).exists() or not _alive(code_id).update(guesses=F("guesses") + 1):
        raise CodeRefused
    row = Code.objects.get(pk=code_id)
    if not constant_time_compare(row.hmac, _hmac(code_id, code)):
        raise CodeRefused
    return row.email


def use_up(code_id: str) -> None:
    """Of two who come at once one goes on. Raises CodeRefused."""
    if not Code.objects.filter(pk=code_id, used_at=None).update(used_at=timezone.now()):
        raise CodeRefused


def prune() -> None:
    now = timezone.now()
    Code.objects.filter(created_at__lt=now - KEPT).delete()
    RecoverTry.objects.filter(created_at__lt=now - timedelta(days=31)).delete()


def _alive(code_id: str) -> QuerySet[Code]:
    since = timezone.now() - timedelta(minutes=VALID_MINUTES)
    return Code.objects.filter(pk=code_id, used_at=None, guesses__lt=GUESSES, created_at__gt=since)


def _hmac(code_id: str, code: str) -> str:
    return salted_hmac("account code", f"{code_id}:{code}", algorithm="sha256").hexdigest()


def _letter(code: str) -> Letter:
    return Letter(
        subject=f"{code} is your Reel Ballers code",
        paragraphs=("Type this code where you asked for it:",),
        code=code,
        closing=(
            f"It works once, for {VALID_MINUTES} minutes. If you did not ask for it, you can ignore this mail.",
            "We never ask for this code by phone, chat or mail.",
        ),
    )


def _for_staff() -> Letter:
    return Letter(
        subject="Operators sign in elsewhere",
        paragraphs=("Somebody asked for a code. This address is an operator's: sign in at /admin/.",),
    )
