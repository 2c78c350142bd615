"""What `manage.py check --deploy` says of ours."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from reelballers import gate

PRODUCTION_APP = "reel-ballers-api"


@register(Tags.security, deploy=True)
def check_gate(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """What the start would stop at."""
    return [Error(line, id="reelballers.E001") for line in gate.faults()]


@register(Tags.security, deploy=True)
def check_stripe_mode(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Play money in production only on purpose."""
    if settings.FLY_APP_NAME == PRODUCTION_APP and not settings.STRIPE_LIVE_MODE:
        return [Warning("production runs with test keys: nobody can really pay", id="reelballers.W001")]
    return []
