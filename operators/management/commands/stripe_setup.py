"""Sets up our webhook endpoint at Stripe and dj-stripe's rows; safe to run again."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wallet.stripe import endpoint as stripe_endpoint
from wallet.stripe.api import StripeRefused, StripeUnavailable


class Command(BaseCommand):
    help = (
        "Creates or updates the webhook endpoint at Stripe with exactly our events and API version, prints a new "
        "secret once, and seeds dj-stripe's rows."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_SANDBOX:
            raise CommandError(
                "payments are a sandbox here, which needs no set-up: set STRIPE_SECRET_KEY first"
            )
        try:
            for line in stripe_endpoint.set_up():
                self.stdout.write(line)
        except (StripeUnavailable, StripeRefused) as error:
            raise CommandError(f"Stripe: {error}. Nothing is half done; run it again.") from error
