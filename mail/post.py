"""Hands one letter to the mail service. Nothing here holds a transaction open, or may be called within one."""

import logging
from urllib.parse import urlsplit

import requests
from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connections

from mail.letters import Letter
from reelballers.user_db.context import is_in_transaction

logger = logging.getLogger(__name__)


class MailAway(Exception):
    """The mail service does not answer, or cannot take mail right now: later it may."""


class MailRefused(Exception):
    """The mail service says no to this very letter: again it would say the same."""


def send(letter: Letter, *, to: str, message_id: str, headers: dict[str, str] | None = None) -> None:
    """Returns once the service has taken the letter. Raises MailAway, MailRefused."""
    assert not is_in_transaction(connections["default"]), "no network call inside a transaction"
    message = EmailMultiAlternatives(
        letter.subject,
        letter.text(),
        to=[to],
        reply_to=[settings.SUPPORT_EMAIL],
        headers={"Message-ID": address_of(message_id), **(headers or {})},
    )
    message.attach_alternative(letter.html(), "text/html")
    try:
        message.send()
    except (AnymailError, requests.RequestException) as error:
        status = getattr(error, "status_code", None)
        logger.warning("mail %s not sent: %s %s", message_id, status or "", type(error).__name__)
        if status is not None and 400 <= status < 500 and status not in {401, 403, 408, 429}:
            raise MailRefused(f"HTTP {status}") from error
        raise MailAway from error


def address_of(message_id: str) -> str:
    """The same letter has the same Message-ID however often it is sent, so that a mail program shows it once."""
    return f"<{message_id}@{urlsplit(settings.APP_URL).hostname}>"
