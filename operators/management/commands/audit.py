"""Proves every wallet. Reads only; safe beside a running server."""

from argparse import ArgumentParser
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from operators import figures_audit
from operators.user_files.audit import audit_user, known_without_file
from reelballers.user_db import UserDatabaseMissing, all_user_ids
from reelballers.user_db.paths import is_user_id
from reelballers.user_db.progress import Progress
from wallet import audit as wallet_audit
from wallet.audit import Fault
from wallet.payments.reconcile import differences_since
from wallet.stripe.api import StripeRefused, StripeUnavailable


class Command(BaseCommand):
    help = (
        "Proves every wallet: sums, running balances, hash chain, debits, top-ups, reversals, jobs and indexes. "
        "Prints each fault with what to do and exits 1 if there is any."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", action="append", metavar="ID", help="only this user; may be repeated")
        parser.add_argument(
            "--stripe",
            type=int,
            nargs="?",
            const=30,
            metavar="DAYS",
            help="also prove that Stripe and the wallets agree about the last DAYS (30), both ways",
        )

    def handle(self, *args: Any, user: list[str] | None, stripe: int | None, **options: Any) -> None:
        for user_id in user or []:
            if not is_user_id(user_id):
                raise CommandError(f"{user_id!r} is not a user id: 32 lower-case hex digits")
        on_disk = user or list(all_user_ids())
        wallets = lines = faults = 0
        for user_id in known_without_file(on_disk, everyone=user is None):
            faults += self._report(user_id, [Fault("there is no file for this user", wallet_audit.RESTORE)])
        with Progress("wallets audited", len(on_disk)) as progress:
            for user_id in on_disk:
                with suppress(UserDatabaseMissing):  # said above, or erased meanwhile
                    found, line_count = audit_user(user_id)
                    faults += self._report(user_id, found)
                    wallets, lines = wallets + 1, lines + line_count
                progress.step()
        if not user:
            faults += self._report("all wallets", figures_audit.total_faults())
        if stripe is not None:
            faults += self._compare_with_stripe(timezone.now() - timedelta(days=stripe), user)
        if faults:
            raise CommandError(f"audit: {faults} faults ({wallets} wallets, {lines} lines)")
        self.stdout.write(f"audit: ok ({wallets} wallets, {lines} lines)")

    def _compare_with_stripe(self, since: datetime, users: list[str] | None) -> int:
        count = 0
        try:
            for user_id, stripe_id, what in differences_since(since):
                if users is None or user_id in users:
                    count += self._report(user_id, [Fault(f"{stripe_id}: {what}", wallet_audit.ASK_STRIPE)])
        except (StripeUnavailable, StripeRefused) as error:
            raise CommandError(f"audit: Stripe could not be asked: {error}") from error
        return count

    def _report(self, whose: str, faults: Iterable[Fault]) -> int:
        count = 0
        for count, fault in enumerate(faults, 1):  # noqa: B007
            self.stdout.write(f"{whose}: {fault.what}\n    what to do: {fault.remedy}")
        return count
