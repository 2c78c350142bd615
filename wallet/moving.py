"""Movements that may come late, in a wallet that became part of an account meanwhile."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from secrets import token_hex

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from reelballers.one_writer import one_writer
from reelballers.user_db import UserDatabaseError, user_db, user_transaction
from wallet import transfers
from wallet.models import Wallet
from wallet.shared.models import TransferDue

logger = logging.getLogger(__name__)

# A transaction that saw the wallet open, or was told to go on, has committed by then or never will.
KEPT_FOR = timedelta(minutes=10)


@contextmanager
def moving(user_id: str) -> Iterator[BaseDatabaseWrapper]:
    """A user transaction; in a closed wallet a wake-up row of its own comes first, so that what leaves arrives.

    The ledger sends on what the movement brings, in the same transaction; it is delivered after the commit. Killed in
    between, the row is left. Who saw the wallet open while it was closing relies on the merge's own row.
    """
    with user_db(user_id):
        is_closed = Wallet.objects.filter(closed_into__isnull=False).exists()
    if is_closed:
        wake_up(user_id)
    with user_transaction(user_id) as connection:
        yield connection
    if is_closed:
        _deliver(user_id)


def _deliver(source_id: str) -> None:
    """At once if it can be: the worker does it anyway."""
    try:
        transfers.deliver(source_id)
    except (DatabaseError, UserDatabaseError) as error:
        logger.warning("transfers of %s are left to the worker: %s", source_id, error)


def wake_up(source_id: str) -> None:
    row = new_wake_up(source_id)
    with one_writer():
        row.save(force_insert=True)


def new_wake_up(source_id: str) -> TransferDue:
    now = timezone.now()
    return TransferDue(id=token_hex(16), source_id=source_id, created_at=now, next_attempt_at=now)
