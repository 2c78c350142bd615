"""System checks of the payment and mail settings; `manage.py setup`, which every start runs, stops on an error.

settings.py itself refuses what must not even be read: live keys with DEBUG or a sandbox, missing secrets.
"""

import re
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

_SECRET_KEY = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9]{24,}")
_WEBHOOK_SECRET = re.compile(r"whsec_\S{8,}")
PRODUCTION_APP, STAGING_APP = "reel-ballers-api", "reel-ballers-api-staging"


@register(Tags.security)
def check_stripe_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Keys look like Stripe's and are all of one mode."""
    found: list[CheckMessage] = []
    if not _SECRET_KEY.fullmatch(settings.STRIPE_SECRET_KEY):
        # dj-stripe refuses shorter ones at the first webhook, which is too late.
        found.append(
            Error(
                "STRIPE_SECRET_KEY must be sk_test_…, sk_live_, rk_test_… or rk_live_… with 24 characters or more",
                id="reelballers.E001",
            )
        )
    if not all(_WEBHOOK_SECRET.fullmatch(secret) for secret in settings.STRIPE_WEBHOOK_SECRETS):
        found.append(Error("each secret in STRIPE_WEBHOOK_SECRET must be whsec_…", id="reelballers.E002"))
    wanted = "pk_live_" if settings.STRIPE_LIVE_MODE else "pk_test_"
    if settings.STRIPE_PUBLISHABLE_KEY and not settings.STRIPE_PUBLISHABLE_KEY.startswith(wanted):
        found.append(
            Error(f"STRIPE_PUBLISHABLE_KEY must be {wanted}…, as STRIPE_SECRET_KEY is", id="reelballers.E003")
        )
    return found


@register(Tags.security)
def check_mail(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Where people pay, their codes and receipts must leave, and name a real address to answer to."""
    found: list[CheckMessage] = []
    if not settings.MAIL_API_KEY:
        found.append(Error("MAIL_API_KEY must be set: codes and receipts go by mail", id="reelballers.E006"))
    if settings.IS_LOCAL:
        return found
    if settings.MAIL_FROM.rstrip(">").endswith("@localhost"):
        found.append(Error("MAIL_FROM must be an address of your own domain", id="reelballers.E007"))
    if settings.SUPPORT_EMAIL.endswith("@localhost"):
        found.append(
            Error("SUPPORT_EMAIL must be an address where people are answered", id="reelballers.E008")
        )
    if not settings.MAIL_API_URL.startswith("https://"):
        found.append(Error("MAIL_API_URL must be https", id="reelballers.E009"))
    return found


@register(Tags.security)
def check_stripe_mode(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Staging takes play money only; production play money only on purpose."""
    if settings.FLY_APP_NAME == STAGING_APP and settings.STRIPE_LIVE_MODE:
        return [Error("a live STRIPE_SECRET_KEY on the staging app", id="reelballers.E004")]
    if settings.FLY_APP_NAME == PRODUCTION_APP and not settings.STRIPE_LIVE_MODE:
        return [Warning("production runs with test keys: nobody can really pay", id="reelballers.W001")]
    if settings.STRIPE_API_BASE.startswith("http://") and not settings.IS_SANDBOX and settings.FLY_APP_NAME:
        return [Error("STRIPE_API_BASE must be https where it leaves this machine", id="reelballers.E005")]
    return []
