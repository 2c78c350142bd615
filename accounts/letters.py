"""Letters about the account itself."""

from typing import Any

from django.conf import settings

from mail.kinds import letter
from mail.letters import Letter


@letter("address_changed")
def address_changed(facts: dict[str, Any]) -> Letter:
    """To the address that the account had until now."""
    return Letter(
        subject="Your Reel Ballers address was changed",
        paragraphs=(
            f"Your account is now kept by {_masked(facts['new'])}. This address no longer opens it.",
            f"If that was not you, write to {settings.SUPPORT_EMAIL} at once.",
        ),
    )


def _masked(address: str) -> str:
    name, _, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"
