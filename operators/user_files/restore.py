"""Puts a copy in the place of a user's file and brings it back to the present."""

import secrets
import sqlite3
from pathlib import Path

from django.db import DatabaseError

from operators.user_files import closed_copies, tombstones
from operators.user_files.verify import faults_of_copy
from reelballers.user_db import look_at, user_directory
from reelballers.user_db.copies import copy_of
from reelballers.user_db.errors import UserDatabaseUnusable
from reelballers.user_db.paths import mounted_users_root
from reelballers.user_db.swap import put_in_place
from reelballers.user_db.sweep import migrate_path
from wallet.payments import fulfil, reversals
from wallet.shared.models import PaymentIndex
from wallet.stripe import api as stripe_api


def restore(user_id: str, source: Path) -> Path | None:
    """Checks a copy (or an earlier file of Reel Ballers'), migrates it and puts it in place.

    Returns where the replaced file is. Raises UserDatabaseUnusable; then nothing was replaced.
    """
    if tombstones.read(user_id) is not None:
        raise UserDatabaseUnusable(f"user {user_id} was erased and stays so")
    if not source.is_file():
        raise UserDatabaseUnusable(f"there is no file {source}")
    mounted_users_root()
    folder = user_directory(user_id)
    folder.mkdir(parents=True, exist_ok=True)
    ready = folder / f"restoring-{secrets.token_hex(6)}.sqlite3"
    try:
        copy_of(source, ready)
        migrate_path(str(ready))
        if faults := faults_of_copy(ready):
            raise UserDatabaseUnusable(f"{source}: {faults[0].what}")
        if owner := _other_owner(user_id, ready):
            raise UserDatabaseUnusable(f"{source} is a copy of user {owner}'s file")
        closed_copies.close_as_before(user_id, ready)
        replaced = put_in_place(user_id, ready)
    except (sqlite3.DatabaseError, DatabaseError) as error:
        raise UserDatabaseUnusable(f"{source}: {error}") from error
    finally:
        ready.unlink(missing_ok=True)
    closed_copies.deliver_again(user_id)
    return replaced


def _other_owner(user_id: str, copy: Path) -> str | None:
    """Who paid for what this copy credits, if that is another user: both wallets would have it."""
    with look_at(copy) as db:
        paid = [row["id"] for row in db.execute("SELECT id FROM topups WHERE status = 'paid'")]
    rows = PaymentIndex.objects.filter(topup_id__in=paid, erased_at=None).exclude(user_id=user_id)
    return rows.values_list("user_id", flat=True).first()


def ask_stripe(user_id: str) -> int:
    """Writes again what was paid, refunded or disputed since the copy; returns for how many payments it asked.

    The index still knows every payment, the file only those before the copy. Raises StripeUnavailable.
    """
    rows = list(PaymentIndex.objects.filter(user_id=user_id, erased_at__isnull=True))
    for row in rows:
        if row.session_id.startswith("cs_"):
            fulfil.fulfil(stripe_api.retrieve_session(row.session_id))
        row.refresh_from_db()
        if row.payment_intent_id:
            _reversals_again(row)
    return len(rows)


def _reversals_again(row: PaymentIndex) -> None:
    assert row.payment_intent_id
    for refund in stripe_api.refunds_of(row.payment_intent_id):
        reversals.apply_refund(row, refund)
    for dispute in stripe_api.disputes_of(row.payment_intent_id):
        reversals.apply_dispute(row, dispute, event_type="", event_at=0, is_fresh=True)
