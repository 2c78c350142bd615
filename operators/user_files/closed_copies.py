"""Copies of wallets that took part in a merge: what left and arrived meanwhile is brought to agree."""

import contextlib
from pathlib import Path

from accounts import merge
from reelballers.user_db import UserDatabaseError, has_user_db, user_db
from reelballers.user_db.context import copy_transaction
from wallet import ledger, transfers
from wallet.models import Wallet
from wallet.moving import wake_up
from wallet.shared.models import Merge


def close_as_before(user_id: str, copy: Path) -> None:
    """Of a closed wallet: closes the copy, before it is put in place, and writes the out-lines it lacks.

    The account's in-lines are the truth, amounts and numbers; what is over or missing leaves under a new number.
    """
    row = Merge.objects.filter(pk=user_id).first()
    if row is None or not has_user_db(row.target_id):
        return
    wake_up(user_id)
    with user_db(row.target_id):
        arrived = transfers.lines(user_id, "in")
    with copy_transaction(user_id, copy):
        Wallet.objects.filter(closed_into=None).update(closed_into=row.target_id)
        for number in sorted(arrived):
            ledger.transfer(source_id=user_id, number=number, way="out", change_cents=-arrived[number])
        ledger.send_on()


def deliver_again(user_id: str) -> None:
    """Whatever of it does not succeed now the worker does: each has its wake-up row."""
    rows = Merge.objects.filter(pk=user_id) | Merge.objects.filter(target_id=user_id)
    for row in rows:
        wake_up(row.source_id)
        with contextlib.suppress(UserDatabaseError):
            merge.deliver(row.source_id, row.target_id)
