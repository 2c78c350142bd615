"""Reads wallets that have changed and writes down what they moved, so that the figures need not open every file.

No request pays for this: the worker looks at the files' modification times, a sixteenth of them at a time, and reads
the few that changed. Whatever is lost here is found again by the next look. A file that is not there takes nothing
out of the books, for its credits are owed all the same; a tombstone closes them.
"""

import itertools
import logging
import os
import time
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path

from django.db import DatabaseError

from operators import totals
from operators.hours import Hour, hours_of, hours_of_wallet, with_erasure
from operators.models import ErasedWallet
from operators.user_files import tombstones
from reelballers.models import WalletSummary
from reelballers.user_db import UserDatabaseError, user_db
from reelballers.user_db.paths import FILE_NAME, is_user_id, users_root
from wallet.models import Debit, Wallet

logger = logging.getLogger(__name__)

SHARDS = [f"{number:02x}" for number in range(256)]
SHARDS_A_ROUND = 16
BATCH = 50  # even of busy wallets: half a second, in which webhooks wait for `default`
SETTLED_NS = 1_000_000_000

_rounds = itertools.cycle(range(0, len(SHARDS), SHARDS_A_ROUND))


def refresh_some(should_stop: Callable[[], bool] = lambda: False) -> None:
    """One round of the worker: the next sixteenth of all wallets."""
    start = next(_rounds)
    for shard in SHARDS[start : start + SHARDS_A_ROUND]:
        refresh_shard(shard, should_stop)


def refresh_all() -> None:
    for shard in SHARDS:
        refresh_shard(shard)


def rebuild() -> None:
    """Every file and tombstone read anew, and the totals summed from nothing."""
    WalletSummary.objects.update(seen_mtime_ns=0)
    ErasedWallet.objects.update(shard="")
    refresh_all()
    ErasedWallet.objects.filter(shard="").delete()
    totals.sum_anew()


def refresh_shard(shard: str, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Brings one shard of user files up to date, in transactions of at most BATCH wallets."""
    files = dict(_files(users_root() / shard))
    seen = dict(WalletSummary.objects.filter(shard=shard).values_list("user_id", "seen_mtime_ns"))
    changed = [user_id for user_id, mtime_ns in files.items() if seen.get(user_id) != mtime_ns]
    for first in range(0, len(changed), BATCH):
        if should_stop():
            return
        read = [_read(user_id, shard, files[user_id]) for user_id in changed[first : first + BATCH]]
        totals.write([found for found in read if found is not None])
    _bury(shard, files.keys())


def _bury(shard: str, alive: Collection[str]) -> None:
    """Moves what erased wallets moved to where it stays."""
    known = set(ErasedWallet.objects.filter(shard=shard).values_list("pk", flat=True))
    erased = set(tombstones.user_ids_of(shard)) - set(alive)
    if came_back := known - erased:
        totals.forget(came_back)
    new = sorted(erased - known)
    for first in range(0, len(new), BATCH):
        found = [_erased(user_id, shard) for user_id in new[first : first + BATCH]]
        totals.write([], [each for each in found if each is not None])


def _erased(user_id: str, shard: str) -> tuple[ErasedWallet, list[Hour]] | None:
    """What an erased wallet moved, by its tombstone; an older one does not say it, but the books may know."""
    try:
        facts = tombstones.read(user_id)
    except UserDatabaseError:
        logger.exception("the tombstone of user %s cannot be read", user_id)
        return None
    assert facts is not None
    kept = facts.get("hours")
    hours = hours_of(kept) if kept is not None else totals.hours_known(user_id)
    erased_at = datetime.fromisoformat(facts["erased_at"])
    return ErasedWallet(user_id=user_id, shard=shard), with_erasure(hours, erased_at)


def unread_since(moment: datetime) -> int:
    """How many wallets' files changed since they were last read, and were last read before `moment`."""
    unread = 0
    moment_ns = int(moment.timestamp()) * 1_000_000_000
    for shard in SHARDS:
        seen = dict(WalletSummary.objects.filter(shard=shard).values_list("user_id", "seen_mtime_ns"))
        for user_id, mtime_ns in _files(users_root() / shard):
            read_ns = seen.get(user_id)
            unread += read_ns is None or (read_ns < moment_ns and read_ns != mtime_ns)
    return unread


def _files(folder: Path) -> Iterator[tuple[str, int]]:
    """(user id, newest modification in ns) of every user file in a shard."""
    if not folder.is_dir():
        return
    for entry in os.scandir(folder):
        if is_user_id(entry.name) and (mtime_ns := mtime_ns_of(entry.path)):
            # The clock of modification times ticks in milliseconds: what is still warm is read again next time.
            yield entry.name, mtime_ns if time.time_ns() - mtime_ns > SETTLED_NS else time.time_ns()


def mtime_ns_of(folder: str) -> int:
    """When a user's file last changed; 0 if there is none."""
    found = [_stat(f"{folder}/{FILE_NAME}"), _stat(f"{folder}/{FILE_NAME}-wal")]
    times = [
        each.st_mtime_ns for each in found if each is not None and each.st_size
    ]  # reading makes an empty -wal
    return max(times, default=0)


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _read(user_id: str, shard: str, mtime_ns: int) -> totals.Read | None:
    try:
        with user_db(user_id):
            wallet, hours = Wallet.objects.get(), hours_of_wallet()
            refunds = Debit.objects.filter(refunded_cents__gt=0)
            refunded = dict(refunds.values_list("job_id", "refunded_cents"))
    except UserDatabaseError:
        return None  # erased or replaced meanwhile: the next round looks again
    except DatabaseError:
        logger.exception("the wallet of user %s cannot be read", user_id)
        return None
    summary = WalletSummary(
        user_id=user_id,
        shard=shard,
        seen_mtime_ns=mtime_ns,
        balance_cents=wallet.balance_cents,
        is_frozen=wallet.is_frozen,
    )
    return totals.Read(summary, hours, refunded)
