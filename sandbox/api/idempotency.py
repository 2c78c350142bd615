"""Idempotency-Key as Stripe does it: the first outcome is saved for 24 hours and answered again."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sandbox import store
from sandbox.api.context import Call
from sandbox.clock import now_ms
from sandbox.errors import StripeError
from sandbox.models import IdempotentAnswer

KEPT_MS = 24 * 3600 * 1000

Answer = tuple[int, dict[str, Any]]

_lock = threading.Lock()
_in_flight: set[str] = set()


def request_hash(path: str, params: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps([path, params], sort_keys=True).encode()).hexdigest()


@contextmanager
def in_flight(key: str) -> Iterator[None]:
    """Only one request at a time may hold this key; the other gets Stripe's 409."""
    with _lock:
        if key in _in_flight:
            message = (
                "There is currently another in-progress request using this Idempotent Key (that probably "
                "means you submitted twice, and the other request is still going through): "
                f"{key}. Please try again later."
            )
            raise StripeError(409, "invalid_request_error", message, code="idempotency_key_in_use")
        _in_flight.add(key)
    try:
        yield
    finally:
        with _lock:
            _in_flight.discard(key)


def saved_answer(key: str, path: str, params: dict[str, Any]) -> IdempotentAnswer | None:
    """The first answer to this key; 400 `idempotency_error` if that was another request."""
    IdempotentAnswer.objects.filter(key=key, created_ms__lt=now_ms() - KEPT_MS).delete()
    saved = IdempotentAnswer.objects.filter(key=key).first()
    if saved is not None and saved.request_hash != request_hash(path, params):
        same = "with the same parameters they were first used with"
        if saved.path != path:
            same = f"for the same endpoint they were first used for ('{saved.path}' vs '{path}')"
        message = (
            f"Keys for idempotent requests can only be used {same}. "
            f"Try using a key other than '{key}' if you meant to execute a different request."
        )
        raise StripeError(400, "idempotency_error", message)
    return saved


def execute(call: Call, path: str, params: dict[str, Any], run: Callable[[], Answer]) -> Answer:
    """Run, and save the outcome under the call's key, in one transaction.

    A refusal that came from executing (a declined card) is an outcome too: what it wrote stays.
    """
    refusal: StripeError | None = None
    with store.changes():
        try:
            status, body = run()
        except StripeError as error:
            if not error.executed:
                raise
            refusal, status, body = error, error.status, error.body()
        if call.idempotency_key:
            IdempotentAnswer.objects.create(
                key=call.idempotency_key,
                path=path,
                request_hash=request_hash(path, params),
                status=status,
                body=body,
                request_id=call.request_id or "",
                created_ms=now_ms(),
            )
    if refusal is not None:
        raise refusal
    return status, body
