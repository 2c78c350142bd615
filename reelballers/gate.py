"""The boot gate: every value that is wrong or missing, each in a line that names it and what to do.

What serves or works (`serve`, its web, worker and backup) stops here; what looks for faults or mends them runs on.
`python -m reelballers.gate` asks it by hand, `manage.py check --deploy` too.
"""

import os
import re
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from reelballers import environment as env
from reelballers import volume

_SECRET_KEY = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9]{24,}")
_WEBHOOK_SECRET = re.compile(r"whsec_\S{8,}")
STAGING_APP = "reel-ballers-api-staging"


def refuse() -> None:
    """Ends the process with all that is wrong, before anything is served or worked on."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reelballers.settings")
    found = faults()
    if found:
        sys.stderr.write("".join(f"{line}\n" for line in found))
        sys.exit(1)


def faults() -> list[str]:
    from django.conf import settings

    settings.DEBUG  # noqa: B018 - read once, which notes what is wrong with single values
    rules = [_payments(settings), _exports(settings), volume.faults(settings)]
    if not settings.IS_LOCAL:
        rules += [
            _addresses(settings),
            _secrets(settings),
            _metrics(settings),
            _mail(settings),
            _backup(settings),
        ]
    return list(dict.fromkeys([*env.faults(), *(line for rule in rules for line in rule)]))


def _payments(settings: Any) -> Iterator[str]:
    if settings.IS_SANDBOX:
        if settings.STRIPE_LIVE_MODE:
            yield "PAYMENTS=sandbox is refused with a live STRIPE_SECRET_KEY: set PAYMENTS=stripe"
        elif settings.FLY_APP_NAME or not settings.IS_LOCAL:
            yield "PAYMENTS=sandbox works on this machine only: set STRIPE_SECRET_KEY and PAYMENTS=stripe"
        return
    if not _SECRET_KEY.fullmatch(settings.STRIPE_SECRET_KEY):
        # dj-stripe refuses shorter ones at the first webhook, which is too late.
        yield "STRIPE_SECRET_KEY must be Stripe's: sk_test_…, sk_live_…, rk_test_… or rk_live_…"
    secrets = settings.STRIPE_WEBHOOK_SECRETS
    if not secrets or not all(_WEBHOOK_SECRET.fullmatch(secret) for secret in secrets):
        yield "STRIPE_WEBHOOK_SECRET must be the endpoint's at Stripe: whsec_…"
    mode = "live" if settings.STRIPE_LIVE_MODE else "test"
    key = settings.STRIPE_PUBLISHABLE_KEY
    if not key.startswith(f"pk_{mode}_") and (key or not settings.IS_LOCAL):
        yield f"STRIPE_PUBLISHABLE_KEY must be pk_{mode}_…, of the same mode as STRIPE_SECRET_KEY"
    if settings.STRIPE_LIVE_MODE and settings.DEBUG:
        yield "DEBUG must be off with a live STRIPE_SECRET_KEY"
    if settings.STRIPE_LIVE_MODE and settings.FLY_APP_NAME == STAGING_APP:
        yield "STRIPE_SECRET_KEY is a live one on the staging app: set the test key"
    if settings.STRIPE_API_BASE.startswith("http://") and not settings.IS_LOCAL:
        yield "STRIPE_API_BASE must be https where it leaves this machine"


def _exports(settings: Any) -> Iterator[str]:
    if settings.EXPORT_BACKEND == "modal":
        for name in ("MODAL_TOKEN_ID", "MODAL_TOKEN_SECRET"):
            if not getattr(settings, name):
                yield f"{name} must be set with EXPORT_BACKEND=modal: `modal token new` makes one"
    elif not settings.IS_LOCAL:
        yield "EXPORT_BACKEND must be modal: exports on the web's own machine starve it"


def _addresses(settings: Any) -> Iterator[str]:
    for name in ("APP_URL", "API_URL"):
        if urlsplit(getattr(settings, name)).scheme != "https":
            yield f"{name} must be https://…: cookies and money go over it"
    if any("*" in host for host in settings.ALLOWED_HOSTS):
        yield "ALLOWED_HOSTS must name its hosts, no *"


def _secrets(settings: Any) -> Iterator[str]:
    if {settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS} & set(settings.CALLBACK_SECRETS):
        yield "CALLBACK_SECRET must differ from SECRET_KEY: a leak of one must not open both"


def _metrics(settings: Any) -> Iterator[str]:
    if settings.METRICS_TOKEN and len(settings.METRICS_TOKEN) < env.SECRET_CHARACTERS:
        yield f"METRICS_TOKEN must be {env.SECRET_CHARACTERS} random characters or more: {env.HOW_TO_MAKE_ONE}"


def _mail(settings: Any) -> Iterator[str]:
    if not settings.MAIL_API_KEY:
        yield "MAIL_API_KEY must be set: codes and receipts go by mail"
    if not settings.MAIL_API_URL.startswith("https://"):
        yield "MAIL_API_URL must be https://…"
    if not _is_address(settings.MAIL_FROM):
        yield "MAIL_FROM must be an address of your own domain: Reel Ballers <hello@example.com>"
    if not _is_address(settings.SUPPORT_EMAIL):
        yield "SUPPORT_EMAIL must be an address where people are answered"


def _is_address(text: str) -> bool:
    return bool(re.fullmatch(r"([^<>]*<)?[^@<>\s]+@[^@<>\s]+\.[^@<>\s]+>?", text))


def _backup(settings: Any) -> Iterator[str]:
    places = ("s3://",) if settings.FLY_APP_NAME else ("s3://", "file:///")
    if not settings.BACKUP_URL.startswith(places):
        wanted = " or ".join(f"{place}…" for place in places)
        yield f"BACKUP_URL must be {wanted}: without a copy the wallets are lost with the disk"


if __name__ == "__main__":
    refuse()
