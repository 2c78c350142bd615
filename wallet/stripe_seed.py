"""The rows dj-stripe needs so that no request ever asks Stripe who we are."""

import hashlib
from functools import cache
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

_NAMESPACE = UUID("6f0f3a34-53d4-4a3f-9c0e-8a5d1f7f5b21")


def seed() -> None:
    """Makes dj-stripe's Account, APIKey and, for each webhook secret, WebhookEndpoint rows. Idempotent."""
    from djstripe.models import Account, APIKey

    with transaction.atomic(using="default"):
        account, _ = Account.objects.get_or_create(
            id=_account_id(), defaults={"livemode": settings.STRIPE_LIVE_MODE}
        )
        key, _ = APIKey.objects.get_or_create_by_api_key(settings.STRIPE_SECRET_KEY)
        if key.djstripe_owner_account_id is None:
            key.djstripe_owner_account = account
            key.save()
        for secret in settings.STRIPE_WEBHOOK_SECRETS:
            _endpoint(secret, account)


@cache
def webhook_endpoint_uuid(secret: str) -> UUID:
    return uuid5(_NAMESPACE, hashlib.sha256(secret.encode()).hexdigest())


def _account_id() -> str:
    """A local name for the account; `stripe_setup` puts the real one in its place."""
    return f"acct_local{hashlib.sha256(settings.STRIPE_SECRET_KEY.encode()).hexdigest()[:16]}"


def _endpoint(secret: str, account: object) -> None:
    from djstripe.models import WebhookEndpoint

    uuid = webhook_endpoint_uuid(secret)
    WebhookEndpoint.objects.get_or_create(
        djstripe_uuid=uuid,
        defaults={
            "id": f"we_{uuid.hex[:24]}",
            "secret": secret,
            "url": f"{settings.API_URL}/api/webhook",
            "enabled_events": [],
            "status": "enabled",
            "livemode": settings.STRIPE_LIVE_MODE,
            "api_version": settings.STRIPE_API_VERSION,
            "djstripe_owner_account": account,
        },
    )
