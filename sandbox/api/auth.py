"""Test keys only. Any well-formed one is good: a sandbox has no accounts."""

import base64
import binascii

from django.http import HttpRequest

from sandbox.errors import unauthorized

SHORTEST_KEY = 24


def authenticate(request: HttpRequest) -> str:
    """The API key of this call; Stripe's 401 for a missing, malformed or live one."""
    key = _key(request.headers.get("Authorization", ""))
    if not key:
        raise unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    if key.startswith(("sk_live_", "rk_live_")):
        raise unauthorized("A live API key was sent to the sandbox. Roll it, and use a test key here.")
    if not key.startswith(("sk_test_", "rk_test_")) or len(key) < SHORTEST_KEY:
        raise unauthorized(f"Invalid API Key provided: {key[:8]}{'*' * 12}{key[-4:]}")
    return key


def _key(header: str) -> str:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
