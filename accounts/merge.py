"""Two wallets become one: a guest's wallet S is closed for ever into an account's T. SPEC's order, step by step.

1. `default`, one transaction: the Merge row, a wake-up row, S inactive; a conditional UPDATE decides against a claim.
2. S's file: closed, and the out-line of what it holds.
3. T's file: the in-lines that are missing, and copies of S's clips.
4. The worker, later: a fresh delivery, and only then the wake-up row goes.

Killed after any step, the wake-up row is there and the worker goes on from 2; each step does nothing when it is done.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.clips import copy_clips
from accounts.errors import MergeRefused
from reelballers.models import User
from reelballers.one_writer import one_writer
from reelballers.sessions import end_sessions
from reelballers.user_db import UserDatabaseError, create_user_db, has_user_db, user_db
from wallet import transfers
from wallet.errors import WalletFrozen, WalletInDebt
from wallet.models import Wallet
from wallet.moving import KEPT_FOR, new_wake_up
from wallet.shared.models import Merge, TransferDue

logger = logging.getLogger(__name__)

A_DAY = 5
LEASE = timedelta(seconds=60)


def merge(*, source_id: str, target_id: str) -> None:
    """Moves a guest's wallet into an account's; again is harmless. Raises MergeRefused with the reason."""
    known = Merge.objects.filter(pk=source_id).first()
    if known is None:
        _refuse(source_id, target_id)
        _give_a_wallet(target_id)
        _begin(source_id, target_id)
    elif known.target_id != target_id:
        raise MergeRefused("This wallet was added to another account.")
    finish(source_id)


def finish(source_id: str) -> None:
    """Steps 2 and 3, from wherever they were left. Raises MergeRefused, and then nothing has happened."""
    row = Merge.objects.filter(pk=source_id).first()
    if row is None:
        return
    try:
        transfers.close_into(source_id=source_id, target_id=row.target_id)
    except (WalletFrozen, WalletInDebt) as refused:
        _undo(source_id)
        raise MergeRefused(_why(refused)) from refused
    deliver(source_id, row.target_id)


def deliver(source_id: str, target_id: str) -> None:
    transfers.deliver(source_id)
    copy_clips(source_id, target_id)


def work_off(limit: int = 50) -> int:
    """The worker's part: delivers what wake-up rows name. Returns how many rows went."""
    gone = 0
    for row in TransferDue.objects.filter(next_attempt_at__lte=timezone.now()).order_by("next_attempt_at")[
        :limit
    ]:
        taken = TransferDue.objects.filter(pk=row.pk, next_attempt_at=row.next_attempt_at)
        if not taken.update(next_attempt_at=timezone.now() + LEASE, attempts=F("attempts") + 1):
            continue
        # Looked at before the delivery: whoever was told to go on within this time is in it.
        is_old = timezone.now() - row.created_at > KEPT_FOR
        try:
            finish(row.source_id)
        except MergeRefused as refused:
            logger.info("merge of %s: %s", row.source_id, refused)
        except UserDatabaseError as error:
            logger.warning("merge of %s: %s", row.source_id, error)
            continue
        if is_old:
            TransferDue.objects.filter(pk=row.pk).delete()
            end_sessions(row.source_id)
            gone += 1
    return gone


def sweep() -> None:
    """Daily: every closed wallet is delivered again, whatever wrote into it."""
    for row in Merge.objects.iterator():
        try:
            deliver(row.source_id, row.target_id)
        except UserDatabaseError as error:
            logger.warning("merge of %s: %s", row.source_id, error)


def _refuse(source_id: str, target_id: str) -> None:
    target = User.objects.filter(pk=target_id, is_active=True, email__isnull=False).first()
    if target is None or target.is_guest or source_id == target_id:
        raise MergeRefused("Sign in to the account first.")
    if target.is_staff:
        raise MergeRefused("An operator's account takes in no other wallet.")
    if not has_user_db(source_id):
        raise MergeRefused("There is no wallet to add.")
    since = timezone.now() - timedelta(days=1)
    if Merge.objects.filter(target_id=target_id, created_at__gt=since).count() >= A_DAY:
        raise MergeRefused("That were five wallets today. Add the next one tomorrow.")
    for user_id in (source_id, target_id):
        if not has_user_db(user_id):
            continue
        with user_db(user_id):
            wallet = Wallet.objects.get()
        if wallet.is_frozen:
            raise MergeRefused(_why(WalletFrozen()))
        if user_id == source_id and wallet.debt_cents:
            raise MergeRefused(_why(WalletInDebt(debt_cents=wallet.debt_cents)))


def _give_a_wallet(user_id: str) -> None:
    create_user_db(user_id)
    User.objects.filter(pk=user_id, wallet_created_at=None).update(wallet_created_at=timezone.now())


def _begin(source_id: str, target_id: str) -> None:
    """Step 1. Of a merge and a claim of the same guest one wins: both ask for a guest without an address."""
    with one_writer(), transaction.atomic(using="default"):
        guests = User.objects.filter(pk=source_id, email=None, is_guest=True, is_active=True, is_staff=False)
        if not guests.update(is_active=False):
            if Merge.objects.filter(pk=source_id, target_id=target_id).exists():
                return  # another tab was faster
            raise MergeRefused("This wallet belongs to an account.")
        Merge.objects.create(source_id=source_id, target_id=target_id, created_at=timezone.now())
        new_wake_up(source_id).save(force_insert=True)


def _undo(source_id: str) -> None:
    """Step 2 was refused: the guest is as before. Its sessions were never touched, they opened nothing meanwhile."""
    with one_writer(), transaction.atomic(using="default"):
        if Merge.objects.filter(pk=source_id).delete()[0]:
            User.objects.filter(pk=source_id).update(is_active=True)
            TransferDue.objects.filter(source_id=source_id).delete()


def _why(refused: WalletFrozen | WalletInDebt) -> str:
    if isinstance(refused, WalletFrozen):
        return "A wallet on hold can be neither added nor added to. Write to support."
    return "This browser's wallet is below zero: a payment of it was refunded or disputed."
