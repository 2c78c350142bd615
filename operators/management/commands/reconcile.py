"""Compares Stripe with the wallets and repairs what is missing here."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wallet.payments.reconcile import reconcile
from wallet.stripe.api import StripeUnavailable


def day(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date like 2026-11-01") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Compares Stripe's sessions, refunds and disputes with the wallets, repairs what is missing here, prints each "
        "finding, and exits 1 if something is left for a person."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since", type=day, metavar="YYYY-MM-DD", help="default: as far back as a list may still change"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what differs, change nothing")

    def handle(self, *args: Any, since: datetime | None, dry_run: bool, **options: Any) -> None:
        repaired = left = 0
        try:
            for finding in reconcile(since=since, dry_run=dry_run):
                self.stdout.write(str(finding))
                repaired, left = repaired + finding.is_repaired, left + (not finding.is_repaired)
        except StripeUnavailable as error:
            raise CommandError(f"reconcile: stopped, run it again: {error}") from error
        if left:
            raise CommandError(f"reconcile: {repaired} repaired, {left} left")
        self.stdout.write(f"reconcile: ok ({repaired} repaired)")
