"""Proves one user's file: what wallet and exports say of it, and whether `default` knows its owner. Reads only."""

import sqlite3
from collections.abc import Iterator

from django.utils import timezone

from exports import audit as exports_audit
from exports.shared.models import OpenJob
from operators import figures_audit
from reelballers.models import User
from reelballers.user_db import has_user_db, look
from wallet import audit as wallet_audit
from wallet.audit import Fault
from wallet.shared.models import Merge


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
        faults += figures_audit.wallet_faults(db, user_id)
        suspects = exports_audit.unindexed_jobs(db, user_id)
        faults += _merge_faults(db, user_id)
    if suspects:
        with look(user_id) as db:
            faults += exports_audit.unindexed_faults(suspects & exports_audit.open_jobs(db))
    if lines and not User.objects.filter(pk=user_id).exists():
        faults.append(Fault("the file has a ledger but nobody owns it", wallet_audit.REINDEX))
    return faults, lines


def _merge_faults(db: sqlite3.Connection, user_id: str) -> list[Fault]:
    closed_into = db.execute("SELECT closed_into FROM wallet").fetchone()[0]
    row = Merge.objects.filter(pk=user_id).first()
    if closed_into is None:
        # A merge that has just begun, unless what it closed was put back from an older copy.
        is_new = row is None or row.created_at > timezone.now() - wallet_audit.IN_FLIGHT
        return [] if is_new else [Fault("it became part of an account, and is open", wallet_audit.RESTORE)]
    if row is None or row.target_id != closed_into:
        return [Fault("it is closed, and `default` does not know into what", wallet_audit.REINDEX)]
    if not has_user_db(closed_into):
        return [Fault(f"it was closed into {closed_into}, whose file is missing", wallet_audit.RESTORE)]
    with look(closed_into) as target:
        return list(wallet_audit.merge_faults(db, user_id, target))


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
