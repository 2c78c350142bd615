"""The edge: which status and which words each expected fault gets. Never a traceback for a visitor."""

import errno
import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import JsonResponse
from django.http.multipartparser import MultiPartParserError
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from reelballers.user_db.errors import PoolExhausted, UserDatabaseError, UserDatabaseReplaced

_PASSING = (
    "database is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",  # a volume mounted anew after an error; its owner's slip
)

RETRY_AFTER_SECONDS = 5

# What an app's API answers for an error of its own: (status, body, headers).
Answer = tuple[int, Any, dict[str, str]]
_answers: dict[type[Exception], Callable[[Any], Answer]] = {}


def answers(error: type[Exception]) -> Callable[[Callable[[Any], Answer]], Callable[[Any], Answer]]:
    """Registers the answer for an error class and its subclasses."""

    def register(function: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        _answers[error] = function
        return function

    return register


def is_passing_trouble(error: BaseException) -> bool:
    """A locked database, a full disk, a file that is not there: nothing was done, and later it may work."""
    if isinstance(error, OperationalError):
        return any(text in str(error) for text in _PASSING)
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.EROFS}
    return isinstance(error, UserDatabaseError)


def level_of(error: BaseException) -> int:
    """A lock or a full pool passes by itself; a file that is missing or damaged waits for somebody."""
    passes = (PoolExhausted, UserDatabaseReplaced)
    needs_a_hand = isinstance(error, UserDatabaseError) and not isinstance(error, passes)
    return logging.ERROR if needs_a_hand else logging.WARNING


def unavailable() -> JsonResponse:
    return JsonResponse(
        {"detail": "We cannot do this right now; nothing was changed. Please try again in a moment."},
        status=503,
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, plus our own errors. What neither knows goes on to `refusals.Faults`, from any kind of view."""
    for kind in type(error).__mro__:
        if kind in _answers:
            code, body, headers = _answers[kind](error)
            return Response(body, status=code, headers=headers)
    if isinstance(error, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)):
        return Response(
            {"detail": "The request is too large."}, status=status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
        )
    if isinstance(error, MultiPartParserError):
        return Response({"detail": "The form could not be read; send multipart/form-data."}, status=400)
    return drf_exception_handler(error, context)
