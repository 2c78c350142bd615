"""What an attempt far away proves itself with: signed addresses, and a key that signs what it says.

A ticket names user, job, attempt and expiry. A signed address is good for one purpose; the key for callbacks is
derived from the ticket, so that a container never holds the secret it comes from. All by HMAC-SHA256.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

_TEXT = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{24})\.([0-9]{1,6})\.([0-9]{1,12})", re.ASCII)


class BadTicket(Exception):
    """Forged, mangled, or signed for something else."""


class TicketExpired(Exception):
    pass


@dataclass(frozen=True)
class Ticket:
    user_id: str
    job_id: str
    attempt: int
    expires_at: int  # Unix seconds

    def __str__(self) -> str:
        return f"{self.user_id}.{self.job_id}.{self.attempt}.{self.expires_at}"


def sign(purpose: str, ticket: Ticket) -> str:
    return _mac(settings.CALLBACK_SECRETS[0].encode(), f"{purpose}\n{ticket}".encode())


def callback_key(ticket: Ticket) -> str:
    return sign("callback", ticket)


def sign_body(key: str, action: str, body: bytes) -> str:
    """What the far side sends along; exports.far.container computes the same without Django."""
    return _mac(key.encode(), action.encode() + b"\n" + body)


def read_address(text: str, purpose: str, signature: str) -> Ticket:
    """The ticket of a signed address. Raises BadTicket, TicketExpired."""
    ticket = _parse(text)
    _check(ticket, (_mac(secret, f"{purpose}\n{ticket}".encode()) for secret in _secrets()), signature)
    return ticket


def read_callback(text: str, action: str, body: bytes, signature: str) -> Ticket:
    """The ticket of a signed callback. Raises BadTicket, TicketExpired."""
    ticket = _parse(text)
    keys = (_mac(secret, f"callback\n{ticket}".encode()) for secret in _secrets())
    _check(ticket, (sign_body(key, action, body) for key in keys), signature)
    return ticket


def _parse(text: str) -> Ticket:
    found = _TEXT.fullmatch(text)
    if found is None:
        raise BadTicket
    user_id, job_id, attempt, expires_at = found.groups()
    return Ticket(user_id, job_id, int(attempt), int(expires_at))


def _check(ticket: Ticket, accepted: Iterator[str], signature: str) -> None:
    # While secrets rotate the older one is as good.
    if not any(hmac.compare_digest(each.encode(), signature.encode()) for each in accepted):
        raise BadTicket
    if ticket.expires_at < time.time():
        raise TicketExpired


def _secrets() -> list[bytes]:
    return [secret.encode() for secret in settings.CALLBACK_SECRETS]


def _mac(key: bytes, message: bytes) -> str:
    return hmac.new(key, message, hashlib.sha256).hexdigest()
