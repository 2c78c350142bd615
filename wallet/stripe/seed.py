"""The rows dj-stripe needs so that no request ever asks Stripe who we are."""

import hashlib
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

_NAMESPACE = UUID("6f0f3a34-53d4-4a3f-9c0e-8a5d1f7f5b21")


def seed(account_id: str = "") -> None:
    """Makes dj-stripe's Account, APIKey and, for each webhook secret, WebhookEndpoint rows. Idempotent.

    `account_id` is the real one, where `stripe_setup` could read it; a local name does until then. Raises
    ImproperlyConfigured for a webhook secret that was used in Stripe's other mode.
    """
    from djstripe.models import Account, APIKey

    with transaction.atomic(using="default"):
        key, _ = APIKey.objects.get_or_create_by_api_key(settings.STRIPE_SECRET_KEY)
        if account_id or key.djstripe_owner_account_id is None:
            account, _ = Account.objects.get_or_create(
                id=account_id or _local_account_id(), defaults={"livemode": settings.STRIPE_LIVE_MODE}
            )
            key.djstripe_owner_account = account
            key.save()
        for secret in settings.STRIPE_WEBHOOK_SECRETS:
            endpoint(secret)


@cache
def webhook_endpoint_uuid(secret: str) -> UUID:
    return uuid5(_NAMESPACE, hashlib.sha256(secret.encode()).hexdigest())


def endpoint(secret: str, *, stripe_endpoint: dict[str, Any] | None = None) -> None:
    """dj-stripe's row for one webhook secret; with Stripe's own id where we made the endpoint."""
    from djstripe.models import APIKey, WebhookEndpoint

    uuid = webhook_endpoint_uuid(secret)
    key = APIKey.objects.filter(secret=settings.STRIPE_SECRET_KEY).first()
    row, _ = WebhookEndpoint.objects.get_or_create(
        djstripe_uuid=uuid,
        defaults={
            "id": stripe_endpoint["id"] if stripe_endpoint else f"we_{uuid.hex[:24]}",
            "secret": secret,
            "url": f"{settings.API_URL}/api/webhook",
            "enabled_events": stripe_endpoint["enabled_events"] if stripe_endpoint else [],
            "status": "enabled",
            "livemode": settings.STRIPE_LIVE_MODE,
            "api_version": settings.STRIPE_API_VERSION,
            "djstripe_owner_account": key.djstripe_owner_account if key else None,
        },
    )
    if row.livemode is not settings.STRIPE_LIVE_MODE:
        modes = {True: "live", False: "test"}
        raise ImproperlyConfigured(
            f"a secret in STRIPE_WEBHOOK_SECRET belongs to {modes[bool(row.livemode)]} mode, "
            f"STRIPE_SECRET_KEY to {modes[settings.STRIPE_LIVE_MODE]} mode"
        )


def _local_account_id() -> str:
    return f"acct_local{hashlib.sha256(settings.STRIPE_SECRET_KEY.encode()).hexdigest()[:16]}"
