"""Cookies of ours beside the session's, with the same guards."""

from django.conf import settings
from django.http import HttpResponse


def keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse, name: str) -> None:
    response.delete_cookie(name, samesite="Lax")
