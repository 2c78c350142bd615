"""Removes a user for good. Each step may be repeated: a call that was cut short is simply made again."""

import contextlib
import shutil

from django.core.files.storage import default_storage
from django.db import DatabaseError

from exports import jobs
from exports.clips import media
from exports.errors import JobHasEnded
from exports.models import OPEN_STATES, ExportJob
from exports.runners import runner
from exports.shared.models import OpenJob
from exports.worker import closing
from operators.hours import as_kept, hours_of_wallet
from operators.user_files import damaged, tombstones
from operators.user_files.export import media_of
from reelballers.models import User
from reelballers.user_db import UserDatabaseUnusable, has_user_db, reindex, user_db, user_transaction
from reelballers.user_db.swap import take_away
from wallet.models import Topup, Wallet
from wallet.shared.models import Merge, PaymentIndex, TransferDue
from wallet.stripe import api as stripe_api


def erase(user_id: str, *, is_damaged: bool = False) -> int | None:
    """Returns the closing balance in cents, None where a damaged file took it along. What Stripe says later about
    the user's payments waits for an operator.

    Closed wallets that became part of it go first. Raises UserDatabaseUnusable (an operator; a closed wallet: it goes
    with its account; a runner that cannot be stopped), StripeUnavailable; then run it again.
    """
    if Merge.objects.filter(pk=user_id).exists():
        raise UserDatabaseUnusable("this wallet became part of an account: erase that one")
    for source_id in list(Merge.objects.filter(target_id=user_id).values_list("pk", flat=True)):
        _erase(source_id, is_damaged=False)
        Merge.objects.filter(pk=source_id).delete()
        TransferDue.objects.filter(source_id=source_id).delete()
    return _erase(user_id, is_damaged=is_damaged)


def _erase(user_id: str, *, is_damaged: bool) -> int | None:
    if User.objects.filter(pk=user_id, is_staff=True).exists():
        raise UserDatabaseUnusable("this user is an operator: take that away first")
    if is_damaged and tombstones.read(user_id) is None:
        damaged.bury(user_id, [_freeze, _stop_jobs])
    elif has_user_db(user_id) and not is_damaged:
        _bury(user_id)
    facts = tombstones.read(user_id)
    if facts is None:
        raise UserDatabaseUnusable(f"user {user_id} has neither a file nor a tombstone")
    reindex.write_missing(list(tombstones.claims_of(user_id)))
    PaymentIndex.objects.filter(user_id=user_id, erased_at__isnull=True).update(
        erased_at=facts["erased_at"], payer_hmac=""
    )
    take_away(user_id)
    _remove_media(user_id)
    OpenJob.objects.filter(user_id=user_id).delete()
    User.objects.filter(pk=user_id).delete()
    return facts["closing_balance_cents"]


def _bury(user_id: str) -> None:
    """Ends what is open and leaves the tombstone; the file is still there."""
    try:
        _freeze(user_id)
        _stop_jobs(user_id)
        _expire_sessions(user_id)
        with user_db(user_id):
            balance_cents = Wallet.objects.get().balance_cents
            credited = set(Topup.objects.filter(status=Topup.Status.PAID).values_list("id", flat=True))
            hours = as_kept(hours_of_wallet())
    except DatabaseError as error:
        raise UserDatabaseUnusable(f"{error}: restore the file, or erase it with --damaged") from error
    tombstones.write(user_id, closing_balance_cents=balance_cents, credited_topups=credited, hours=hours)


def _remove_media(user_id: str) -> None:
    for thing in media_of(user_id):
        default_storage.delete(thing["path"])
    if media.is_local():  # the empty folders
        shutil.rmtree(media.local_path(media.user_prefix(user_id)), ignore_errors=True)


def _freeze(user_id: str) -> None:
    """From here on nothing is bought or started."""
    with user_transaction(user_id):
        Wallet.objects.update(is_frozen=True)


def _stop_jobs(user_id: str) -> None:
    with user_db(user_id):
        open_ids = list(ExportJob.objects.filter(state__in=OPEN_STATES).values_list("id", flat=True))
    for job_id in open_ids:
        with contextlib.suppress(JobHasEnded):
            jobs.cancel(user_id=user_id, job_id=job_id)
    for row in OpenJob.objects.filter(user_id=user_id):
        with user_db(user_id):
            job = ExportJob.objects.filter(pk=row.job_id).first()
        if job is not None:
            closing.clear(row, job, runner())
            if OpenJob.objects.filter(pk=row.pk).exists():
                raise UserDatabaseUnusable(f"job {job.id} cannot be stopped right now")


def _expire_sessions(user_id: str) -> None:
    """Nobody pays into a wallet that is about to go."""
    with user_db(user_id):
        open_ids = list(
            Topup.objects.filter(
                status__in=[Topup.Status.CREATED, Topup.Status.OPEN], session_id__isnull=False
            ).values_list("session_id", flat=True)
        )
    for session_id in open_ids:
        stripe_api.expire_session(session_id)
