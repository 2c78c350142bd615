"""Which API call we are in: events name it as their cause."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    request_id: str | None = None
    idempotency_key: str | None = None


NO_CALL = Call()
current_call: ContextVar[Call] = ContextVar("current_call", default=NO_CALL)
