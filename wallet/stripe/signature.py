"""Whose signature a webhook bears: checked before anything is read of it, or stored."""

import time

import stripe
from django.conf import settings

TOLERANCE_SECONDS = 300


class Refused(Exception):
    """Not an event we accept, and why."""


def signer_of(body: bytes, signature: str) -> str:
    """The one of our secrets that signed this body lately. Raises Refused."""
    secret = next((s for s in settings.STRIPE_WEBHOOK_SECRETS if _is_signed(body, signature, s)), None)
    if secret is None:
        raise Refused("The signature is missing, wrong or too old.")
    if _timestamp(signature) > time.time() + TOLERANCE_SECONDS:
        raise Refused("The signature is from the future.")
    return secret


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, secret, TOLERANCE_SECONDS)
    except (stripe.SignatureVerificationError, UnicodeDecodeError, TypeError):
        return False  # TypeError: a signature outside ASCII cannot be compared
    return True


def _timestamp(signature: str) -> int:
    return next(int(part[2:]) for part in signature.split(",") if part.startswith("t="))
