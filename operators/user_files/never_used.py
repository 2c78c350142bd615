"""Guests with an empty wallet that was never used: robots, second thoughts, one of two first calls made at once."""

import logging
import threading
from datetime import timedelta

from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from operators.models import MoneyHour
from operators.user_files import tombstones
from operators.user_files.erase import erase
from reelballers.models import User
from reelballers.user_db import has_user_db, user_db
from wallet.models import Topup, Wallet
from wallet.shared.models import Merge

logger = logging.getLogger(__name__)

# A payment that was begun is over by then, in whatever way.
KEPT_DAYS = 30
# Who had used it by then is not looked at for ever; a worker that was away makes up for a week.
LOOKED_FOR_DAYS = 7
REST_SECONDS = 0.02  # between users: visitors come first
_OVER = (Topup.Status.EXPIRED, Topup.Status.FAILED)
_LOOKED_AT = {Topup._meta.db_table, Wallet._meta.db_table}


def sweep(stop: threading.Event) -> None:
    """The worker's part: erases them, one by one."""
    until = timezone.now() - timedelta(days=KEPT_DAYS)
    came = (until - timedelta(days=LOOKED_FOR_DAYS), until)
    guests = User.objects.filter(is_guest=True, email=None, wallet_created_at__range=came)
    guests = guests.exclude(pk__in=Merge.objects.values("source_id"))  # part of an account
    # Who ever had a line in the ledger is known here, so that those files need not be opened.
    with_money = MoneyHour.objects.values("wallet_id")
    for user_id in list(guests.exclude(pk__in=with_money).values_list("pk", flat=True)):
        if stop.wait(REST_SECONDS):
            return
        try:
            was_begun = tombstones.read(user_id) is not None  # and cut short
            if was_begun or (has_user_db(user_id) and is_never_used(user_id)):
                erase(user_id)
        except Exception:
            logger.exception("guest %s", user_id)


def is_never_used(user_id: str) -> bool:
    """Not a row in any table, whatever feature it is of, but the wallet and top-ups that came to nothing."""
    with user_db(user_id) as alias:
        may_be_paid = Topup.objects.exclude(status__in=_OVER).exclude(session_id=None)
        if may_be_paid.exists():
            return False
        with connections[alias].cursor() as cursor:
            tables = set(connections[alias].introspection.table_names(cursor)) - _LOOKED_AT
            kept = [name for name in tables if not name.startswith("_litestream_")]
            return not any(_has_rows(cursor, name) for name in kept)


def _has_rows(cursor: CursorWrapper, table: str) -> bool:
    quoted = connections["default"].ops.quote_name(table)
    return cursor.execute(f"SELECT 1 FROM {quoted} LIMIT 1").fetchone() is not None  # noqa: S608 - quoted
