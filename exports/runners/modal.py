"""Runs exports on Modal's GPUs, through the functions that exports/modal_app.py deploys.

The client may hang for a minute on a refused connection and longer on a silent one, so every call of it runs in a
thread under a deadline of ours. After one that came to nothing we leave Modal alone for a while: a sweep over many
jobs must not wait for each of them.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import modal
import modal.exception as errors
from django.conf import settings

from exports.attempts import Attempt
from exports.far.orders import address, ticket_of
from exports.runners.base import NotSent, OutcomeUnknown, Rejected, Report

logger = logging.getLogger(__name__)

CALL_SECONDS = 10.0
REST_SECONDS = 10.0

# Modal, or the way to it, or our access: nothing about this attempt.
AWAY = (
    errors.AuthError,
    errors.PermissionDeniedError,
    errors.ConnectionError,
    errors.ServiceError,
    errors.InternalError,
    errors.ClientClosed,
    ConnectionError,
)
# The server looked at the call and refused it: it surely did not start.
NEVER = (errors.InvalidError, errors.RequestSizeError, errors.SerializationError, errors.VersionError)

Answer = TypeVar("Answer")


class _TooLong(Exception):
    pass


class ModalRunner:
    poll_every_seconds = 5.0

    def __init__(self, call_seconds: float = CALL_SECONDS, rest_seconds: float = REST_SECONDS) -> None:
        self.call_seconds, self.rest_seconds = call_seconds, rest_seconds
        self._client: Any = None  # made at the first call: nothing of it may exist before a fork
        self._functions: dict[str, Any] = {}
        self._rests_until = 0.0

    def has_room(self) -> bool:
        """Modal scales; but while it cannot be reached a job had better keep its place."""
        return time.monotonic() >= self._rests_until

    def submit(self, attempt: Attempt) -> str:
        self._check_rest()
        was_known = attempt.export_type in self._functions
        point = _PointOfNoReturn()
        order_url = address(ticket_of(attempt), "order")

        def send() -> str | None:
            function = self._function(attempt.export_type)
            return function.spawn(order_url).object_id if point.pass_it() else None

        try:
            call_id = self._bounded(send)
        except errors.NotFoundError as error:
            self._functions.clear()
            if was_known:  # of an app that was stopped and deployed anew since: the next lookup will tell
                raise NotSent("the function is another now") from error
            raise Rejected(f"not deployed: {error}") from error
        except Exception as error:
            raise self._sorted(error, is_sent=not point.turn_back()) from error
        if call_id is None:
            raise NotSent("gave up before sending")
        return call_id

    def poll(self, call_id: str, attempt: Attempt) -> Report:
        if not _is_ours(call_id):
            return Report("lost")
        self._check_rest()
        try:
            envelope = self._bounded(lambda: self._call_of(call_id).get(timeout=0))
        except (errors.OutputExpiredError, errors.NotFoundError):
            return Report("lost")
        except errors.FunctionTimeoutError:
            return _ended("timeout", "the function's timeout")
        except TimeoutError:  # the builtin: no output yet
            return Report("queued")
        except (_TooLong, errors.ResourceExhaustedError, *AWAY) as error:
            raise self._away(error) from error
        except Exception as error:  # noqa: BLE001 - a crash, a kill, a cancel over there may be of any class
            return _ended("internal", f"{type(error).__name__}: {error}")
        return Report("ended", 1.0, envelope if isinstance(envelope, dict) else {})

    def cancel(self, call_id: str) -> None:
        if not _is_ours(call_id):
            return
        self._check_rest()
        try:
            # Its container too: ffmpeg would go on burning money behind a cancelled input.
            self._bounded(lambda: self._call_of(call_id).cancel(terminate_containers=True))
        except (errors.NotFoundError, errors.OutputExpiredError, errors.ConflictError, *NEVER):
            return  # nothing there that could run
        except Exception as error:
            raise self._away(error) from error

    def dying_with_us(self) -> list[Attempt]:
        return []  # calls live over there: another worker follows them

    def kill(self, attempt: Attempt) -> None:
        raise AssertionError("nothing here dies with us")

    def _sorted(self, error: Exception, *, is_sent: bool) -> Exception:
        """What a failed submit means: surely not sent, never, or nobody knows."""
        # Aborted half-way: an InvalidError by name only.
        is_conflict = isinstance(error, errors.ConflictError)
        if isinstance(error, NEVER) and not is_conflict:
            return Rejected(f"{type(error).__name__}: {error}")
        if isinstance(error, errors.ResourceExhaustedError):
            return self._away(error)  # throttled: refused before it started
        is_refused = isinstance(error, (errors.AuthError, errors.PermissionDeniedError))
        if is_sent and not is_refused:
            self._away(error)
            return OutcomeUnknown(f"{type(error).__name__}: {error}")
        return self._away(error)

    def _away(self, error: BaseException) -> NotSent:
        """Leaves Modal alone for a while; the first call after that is a lookup, which may hang without harm."""
        logger.warning("Modal: %s: %s", type(error).__name__, error)
        self._functions.clear()
        self._rests_until = time.monotonic() + self.rest_seconds
        return NotSent(f"{type(error).__name__}: {error}")

    def _check_rest(self) -> None:
        if not self.has_room():
            raise NotSent("Modal was away a moment ago")

    def _function(self, name: str) -> Any:
        if (known := self._functions.get(name)) is not None:
            return known
        environment = settings.MODAL_ENVIRONMENT or None
        found = modal.Function.from_name(
            settings.MODAL_APP_NAME, name, environment_name=environment, client=self._connected()
        )
        found.hydrate()
        self._functions[name] = found
        return found

    def _call_of(self, call_id: str) -> Any:
        return modal.FunctionCall.from_id(call_id, client=self._connected())

    def _connected(self) -> Any:
        if self._client is None:
            self._client = modal.Client.from_credentials(settings.MODAL_TOKEN_ID, settings.MODAL_TOKEN_SECRET)
        return self._client

    def _bounded(self, work: Callable[[], Answer]) -> Answer:
        """What `work` returns or raises; _TooLong at our deadline, whatever becomes of it then."""
        answers: list[Answer] = []
        raised: list[Exception] = []

        def run() -> None:
            try:
                answers.append(work())
            except Exception as error:  # noqa: BLE001 - carried over to the caller's thread
                raised.append(error)

        thread = threading.Thread(target=run, daemon=True, name="modal")
        thread.start()
        thread.join(self.call_seconds)
        if raised:
            raise raised[0]
        if not answers:
            raise _TooLong(f"no answer in {self.call_seconds:g} s")
        return answers[0]


class _PointOfNoReturn:
    """Between looking a function up and calling it: whoever gives up before it knows that nothing was sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = ""

    def pass_it(self) -> bool:
        return self._become("passed") == "passed"

    def turn_back(self) -> bool:
        return self._become("turned") == "turned"

    def _become(self, state: str) -> str:
        with self._lock:
            self._state = self._state or state
            return self._state


def _is_ours(call_id: str) -> bool:
    """Jobs that the local runner had, before the backend was switched, are not."""
    return call_id.startswith("fc-")


def _ended(code: str, text: str) -> Report:
    return Report("ended", 1.0, {"ok": False, "error_code": code, "error": text[:500]})
