"""A row, a queryset or an iterator of one user's file is of no use in another's."""

import threading
from typing import Any

import pytest

from reelballers.user_db import NoUserContext, WrongUserContext, user_db, user_transaction
from wallet.models import Debit, LedgerEntry, Reversal, Topup, Wallet


def new_topup() -> Topup:
    from django.utils import timezone

    return Topup(credits=5, livemode=False, created_at=timezone.now())


def new_reversal(topup: Topup) -> Reversal:
    now = topup.created_at
    return Reversal(
        id="re_1", topup=topup, kind="refund", amount_cents=1, status="", created_at=now, updated_at=now
    )


@pytest.mark.parametrize(
    "use",
    [
        lambda mine: mine.save(),
        lambda mine: mine.delete(),
        lambda mine: mine.refresh_from_db(),
        lambda mine: new_reversal(mine),
        lambda mine: list(mine.reversals.all()),
        lambda mine: mine.reversals.create(id="re_2"),
        lambda mine: Topup.objects.bulk_create([mine]),
        lambda mine: Topup.objects.bulk_update([mine], ["credits"]),
    ],
)
def test_a_row_of_one_user_cannot_be_used_in_anothers_file(anna: str, ben: str, use: Any) -> None:
    with user_transaction(anna):
        mine = new_topup()
        mine.save()
    with pytest.raises(WrongUserContext), user_transaction(ben):
        use(mine)
    with user_db(ben):
        assert Topup.objects.count() == 0
    with user_db(anna):
        assert Topup.objects.get().credits == 5


def test_a_loaded_row_cannot_be_related_to_anothers(anna: str, ben: str) -> None:
    with user_transaction(anna):
        mine = new_topup()
        mine.save()
        reversal = new_reversal(mine)
        reversal.save()
    with user_transaction(ben):
        his = new_topup()
        his.save()
        with pytest.raises(ValueError, match="the current database router prevents this relation"):
            reversal.topup = his
    with user_db(anna):
        loaded = Reversal.objects.get()
    with user_db(ben), pytest.raises(WrongUserContext):
        _ = loaded.topup


def test_a_queryset_reads_its_own_file_or_raises(anna: str, ben: str) -> None:
    with user_db(anna):
        lazy = Wallet.objects.values_list("balance_cents", flat=True)
        with user_db(ben):
            assert list(lazy.all()) == [100]
    with pytest.raises(NoUserContext):
        list(lazy.all())
    with user_db(ben), pytest.raises(NoUserContext):
        list(lazy.all())


def test_a_half_read_iterator_ends_with_its_context(anna: str) -> None:
    with user_transaction(anna):
        for number in range(3):
            Debit.objects.create(job_id=str(number), cost_cents=1)
    with user_db(anna):
        rows = Debit.objects.order_by("job_id").iterator(chunk_size=1)
        assert next(rows).job_id == "0"
    with pytest.raises(Exception, match="closed cursor"):
        list(rows)


def test_a_half_read_iterator_does_not_hold_an_old_snapshot(anna: str) -> None:
    with user_db(anna):
        rows = LedgerEntry.objects.iterator(chunk_size=1)
        next(rows, None)
    elsewhere = threading.Thread(target=_freeze, args=(anna,))
    elsewhere.start()
    elsewhere.join()
    _freeze(anna)  # would be "database is locked": a stale snapshot cannot become a write


def _freeze(user_id: str) -> None:
    with user_transaction(user_id):
        Wallet.objects.update(is_frozen=True)
