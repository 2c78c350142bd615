"""What the front end must know before anyone signs in."""

from typing import Any

from django.conf import settings


def topup_config() -> dict[str, Any]:
    return {
        "min_cents": settings.TOPUP_MIN_CENTS,
        "max_cents": settings.TOPUP_MAX_CENTS,
        "packs": settings.TOPUP_PACKS,
    }
