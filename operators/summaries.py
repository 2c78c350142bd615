"""Reads wallets that have changed and writes down their sums, so that the figures need not open every file.

No request pays for this: the worker looks at the files' modification times, a sixteenth of them at a time, and reads
the few that changed. Whatever is lost here is found again by the next look.
"""

import itertools
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import DatabaseError, transaction
from django.db.models import Sum
from django.db.models.functions import TruncDate

from reelballers.models import MoneyDay, WalletSummary
from reelballers.user_db import UserDatabaseError, user_db
from reelballers.user_db.paths import FILE_NAME, is_user_id, users_root
from wallet.models import LedgerEntry, Wallet

logger = logging.getLogger(__name__)

SHARDS = [f"{number:02x}" for number in range(256)]
SHARDS_A_ROUND = 16
BATCH = 200
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


def refresh_shard(shard: str, should_stop: Callable[[], bool] = lambda: False) -> None:
    """Brings the summaries of one shard of user files up to date, in transactions of at most BATCH wallets."""
    files = dict(_files(users_root() / shard))
    seen = dict(WalletSummary.objects.filter(shard=shard).values_list("user_id", "seen_mtime_ns"))
    gone = seen.keys() - files.keys()
    if gone:
        WalletSummary.objects.filter(pk__in=gone).delete()
    changed = [user_id for user_id, mtime_ns in files.items() if seen.get(user_id) != mtime_ns]
    for first in range(0, len(changed), BATCH):
        if should_stop():
            return
        read = [_read(user_id, shard, files[user_id]) for user_id in changed[first : first + BATCH]]
        _write([found for found in read if found is not None])


def _files(folder: Path) -> Iterator[tuple[str, int]]:
    """(user id, newest modification in ns) of every user file in a shard."""
    if not folder.is_dir():
        return
    for entry in os.scandir(folder):
        if not is_user_id(entry.name):
            continue
        times = [
            found.st_mtime_ns
            for found in (_stat(f"{entry.path}/{FILE_NAME}"), _stat(f"{entry.path}/{FILE_NAME}-wal"))
            if found is not None and found.st_size  # reading makes an empty -wal
        ]
        if times:
            # The clock of modification times ticks in milliseconds: what is still warm is read again next time.
            yield entry.name, max(times) if time.time_ns() - max(times) > SETTLED_NS else time.time_ns()


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _read(user_id: str, shard: str, mtime_ns: int) -> tuple[WalletSummary, list[MoneyDay]] | None:
    try:
        with user_db(user_id):
            wallet = Wallet.objects.get()
            days = list(
                LedgerEntry.objects.order_by()
                .annotate(day=TruncDate("created_at"))
                .values_list("day", "reason")
                .annotate(change_cents=Sum("change_cents"))
            )
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
    return summary, [MoneyDay(summary=summary, day=day, reason=r, change_cents=c) for day, r, c in days]


def _write(found: list[tuple[WalletSummary, list[MoneyDay]]]) -> None:
    with transaction.atomic(using="default"):
        WalletSummary.objects.filter(pk__in=[summary.user_id for summary, _ in found]).delete()
        WalletSummary.objects.bulk_create(summary for summary, _ in found)
        MoneyDay.objects.bulk_create([day for _, days in found for day in days])
