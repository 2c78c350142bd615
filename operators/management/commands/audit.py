"""Proves every wallet. Reads only; safe beside a running server."""

import sqlite3
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from exports import audit as exports_audit
from exports.shared.models import OpenJob
from reelballers.models import User
from reelballers.user_db import UserDatabaseMissing, all_user_ids, has_user_db, look
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

    def _report(self, user_id: str, faults: Iterable[Fault]) -> int:
        count = 0
        for count, fault in enumerate(faults, 1):  # noqa: B007
            self.stdout.write(f"{user_id}: {fault.what}\n    what to do: {fault.remedy}")
        return count


def audit_user(user_id: str) -> tuple[list[Fault], int]:
    """The faults of one user and how many ledger lines were read."""
    try:
        return _audit(user_id)
    except sqlite3.DatabaseError as error:
        return [Fault(f"the file cannot be read: {error}", wallet_audit.RESTORE)], 0


def _audit(user_id: str) -> tuple[list[Fault], int]:
    with look(user_id) as db:
        faults = list(wallet_audit.wallet_faults(db))
        if any(fault.remedy in {wallet_audit.RESTORE, wallet_audit.MIGRATE} for fault in faults):
            return faults, 0  # its tables cannot be read
        lines = db.execute("SELECT COUNT(*) FROM ledger").fetchone()[0]
        faults += wallet_audit.index_faults(db, user_id)
        faults += exports_audit.job_faults(db)
        faults += exports_audit.leftover_faults(db, user_id)
        suspects = exports_audit.unindexed_jobs(db, user_id)
    if suspects:
        with look(user_id) as db:
            faults += exports_audit.unindexed_faults(suspects & exports_audit.open_jobs(db))
    if lines and not User.objects.filter(pk=user_id).exists():
        faults.append(Fault("the file has a ledger but nobody owns it", wallet_audit.REINDEX))
    return faults, lines


def known_without_file(on_disk: list[str], *, everyone: bool) -> Iterator[str]:
    """Users who have a wallet, or a job, by `default` but no file."""
    registered = User.objects.filter(wallet_created_at__isnull=False).values_list("id", flat=True)
    with_jobs = OpenJob.objects.values_list("user_id", flat=True).distinct()
    if not everyone:
        registered, with_jobs = registered.filter(pk__in=on_disk), with_jobs.filter(user_id__in=on_disk)
    known = set(registered.iterator()) | set(with_jobs)
    yield from sorted(
        user_id for user_id in known | (set() if everyone else set(on_disk)) if not has_user_db(user_id)
    )
