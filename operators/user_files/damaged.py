"""Erasing a user whose file is damaged or gone: what `default` and Stripe know has to do."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable

from django.db import DatabaseError

from operators.hours import as_kept
from operators.totals import hours_known
from operators.user_files import tombstones
from reelballers.models import User
from reelballers.user_db import UserDatabaseError, UserDatabaseUnusable, adoption, has_user_db, look, schema
from reelballers.user_db.paths import users_root
from wallet.shared.models import PaymentIndex
from wallet.stripe import api as stripe_api


def bury(user_id: str, steps: Iterable[Callable[[str], None]]) -> None:
    """Takes the steps as far as the file allows, expires what Stripe has open and leaves a tombstone without balance.

    Raises UserDatabaseUnusable for a stranger and for a file that can be read, StripeUnavailable.
    """
    if not users_root().is_dir() or not _is_known(user_id):
        raise UserDatabaseUnusable(f"nothing is known of user {user_id}")
    if has_user_db(user_id) and _is_readable(user_id):
        raise UserDatabaseUnusable("the file can be read: erase it without --damaged")
    for step in steps:
        with contextlib.suppress(UserDatabaseError, DatabaseError):
            step(user_id)
    _expire_sessions(user_id)
    # The index learns a payment's intent when Stripe says that it is paid, right before the credit.
    paid = PaymentIndex.objects.filter(user_id=user_id, payment_intent_id__isnull=False)
    credited = set(paid.values_list("topup_id", flat=True))
    hours = as_kept(hours_known(user_id))  # as the worker last read them
    tombstones.write(user_id, closing_balance_cents=None, credited_topups=credited, hours=hours)


def _is_known(user_id: str) -> bool:
    in_default = [User.objects.filter(pk=user_id), PaymentIndex.objects.filter(user_id=user_id)]
    return has_user_db(user_id) or any(rows.exists() for rows in in_default)


def _is_readable(user_id: str) -> bool:
    try:
        with look(user_id) as db:
            is_wallet = schema.stamp_of(db).version > 0 or adoption.is_earlier_file(db)
            return is_wallet and db.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except sqlite3.OperationalError as error:  # locked, or not ours to open: no damage
        raise UserDatabaseUnusable(str(error)) from error
    except sqlite3.DatabaseError:
        return False


def _expire_sessions(user_id: str) -> None:
    """Stripe's own list of what can still be paid: the file's cannot be read."""
    for session in stripe_api.open_sessions():
        if (session.get("metadata") or {}).get("user_id") == user_id:
            stripe_api.expire_session(session["id"])
