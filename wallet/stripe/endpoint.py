"""Our webhook endpoint at Stripe: exactly our events, our API version, our address."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from wallet.stripe import api as stripe_api
from wallet.stripe import seed as stripe_seed
from wallet.stripe.api import StripeRefused
from wallet.stripe.event_types import OUR_EVENTS

DESCRIPTION = "Reel Ballers Wallet"


def webhook_url() -> str:
    return f"{settings.API_URL}/api/webhook"


def set_up() -> Iterator[str]:
    """Creates or updates the endpoint and dj-stripe's rows; yields what was done, a new secret once.

    Raises StripeUnavailable, StripeRefused.
    """
    yield from _name_account()
    ours = [each for each in stripe_api.webhook_endpoints() if each["url"] == webhook_url()]
    current = [each for each in ours if each["api_version"] == settings.STRIPE_API_VERSION]
    if current:
        yield from _update(current[0])
    else:
        yield from _create()
    for old in ours:
        if old["id"] not in {each["id"] for each in current}:
            yield (
                f"endpoint {old['id']} is of API version {old['api_version']}: delete it at Stripe once the new "
                "secret is in use; until then both deliver, which is harmless"
            )


def _create() -> Iterator[str]:
    made = stripe_api.create_webhook_endpoint(
        url=webhook_url(),
        events=list(OUR_EVENTS),
        api_version=settings.STRIPE_API_VERSION,
        description=DESCRIPTION,
    )
    stripe_seed.endpoint(made["secret"], stripe_endpoint=made)
    yield f"created endpoint {made['id']} for {made['url']} with {len(OUR_EVENTS)} events"
    yield "its secret is shown once, here; put it first in the environment and keep the old one while rotating:"
    yield f"STRIPE_WEBHOOK_SECRET={','.join([made['secret'], *settings.STRIPE_WEBHOOK_SECRETS])}"


def _update(endpoint: dict[str, Any]) -> Iterator[str]:
    if set(endpoint["enabled_events"]) == set(OUR_EVENTS) and endpoint["status"] == "enabled":
        yield f"endpoint {endpoint['id']} is as it should be"
        return
    stripe_api.update_webhook_endpoint(endpoint["id"], list(OUR_EVENTS))
    yield f"updated endpoint {endpoint['id']}: enabled, {len(OUR_EVENTS)} events"


def _name_account() -> Iterator[str]:
    """Puts the account's real id into dj-stripe's rows, where the key may read it."""
    try:
        account = stripe_api.retrieve_account()
    except StripeRefused as refused:
        yield f"the account's name stays local, this key may not read it ({refused})"
        stripe_seed.seed()
        return
    stripe_seed.seed(account_id=account["id"])
    yield f"dj-stripe knows account {account['id']}, this key and {len(settings.STRIPE_WEBHOOK_SECRETS)} secret(s)"
