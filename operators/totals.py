"""Writes what wallets moved, and the totals with it: each transaction changes both by the same amounts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections, transaction

from exports.shared.models import JobSummary
from operators import sums
from operators.hours import ERASED, Hour, month_changes, months_of
from operators.models import ErasedHour, ErasedWallet, HourTotal, MoneyHour, MonthBalance, MonthTotal
from reelballers.models import WalletSummary

Books = dict[str, list[Hour]]


@dataclass(frozen=True)
class Read:
    """A wallet as its file says it is now."""

    summary: WalletSummary
    hours: list[Hour]
    refunded: dict[str, int]  # by job, in cents


def write(read: Sequence[Read], erased: Sequence[tuple[ErasedWallet, list[Hour]]] = ()) -> None:
    """Brings these wallets' rows to what their files, or tombstones, say; an erased one's are moved."""
    live: Books = {each.summary.user_id: each.hours for each in read}
    gone: Books = {wallet.user_id: hours for wallet, hours in erased}
    with transaction.atomic(using="default"):
        was_live, was_gone = _known(MoneyHour, live | gone), _known(ErasedHour, live | gone)
        WalletSummary.objects.filter(pk__in=gone).delete()
        ErasedWallet.objects.filter(pk__in=live).delete()
        _upsert_summaries([each.summary for each in read])
        ErasedWallet.objects.bulk_create(
            (wallet for wallet, _ in erased),
            update_conflicts=True,
            unique_fields=["user_id"],
            update_fields=["shard"],
        )
        _change(MoneyHour, was_live, live)
        _change(ErasedHour, was_gone, gone)
        _change_months(live)
        _add_to_totals(
            [each for books in (live, gone) for each in books.values()],
            [each for books in (was_live, was_gone) for each in books.values()],
        )
        _note_refunds({job_id: cents for each in read for job_id, cents in each.refunded.items()})


def forget(user_ids: Iterable[str]) -> None:
    """An erased wallet whose file came back is read anew; until then it is in no figure."""
    with transaction.atomic(using="default"):
        was_gone = _known(ErasedHour, user_ids)
        ErasedWallet.objects.filter(pk__in=list(was_gone)).delete()
        _add_to_totals([], was_gone.values())


def hours_known(user_id: str) -> list[Hour]:
    """What a wallet has moved as far as it was read; its erasure is not among it."""
    books = _known(MoneyHour, [user_id])[user_id] or _known(ErasedHour, [user_id])[user_id]
    return [each for each in books if each.reason != ERASED]


def sum_anew() -> None:
    """The totals from the wallets' rows, whatever they were."""
    with transaction.atomic(using="default"), connections["default"].cursor() as cursor:
        HourTotal.objects.all().delete()
        MonthTotal.objects.all().delete()
        cursor.execute(sums.anew(HourTotal._meta.db_table, "hour, reason, change_cents, lines", sums.HOURS))
        months = "month, owed_change_cents, debt_change_cents"
        cursor.execute(sums.anew(MonthTotal._meta.db_table, months, sums.MONTHS))


def _known(model: type[MoneyHour] | type[ErasedHour], user_ids: Iterable[str] | None = None) -> Books:
    books: Books = defaultdict(list)
    rows: Any = model.objects.order_by("hour", "reason")
    if user_ids is not None:
        rows = rows.filter(wallet_id__in=list(user_ids))
    for user_id, *hour in rows.values_list("wallet_id", "hour", "reason", "change_cents", "lines"):
        books[user_id].append(Hour(*hour))
    return books


def _upsert_summaries(summaries: list[WalletSummary]) -> None:
    fields = ["shard", "seen_mtime_ns", "balance_cents", "is_frozen"]
    WalletSummary.objects.bulk_create(
        summaries, update_conflicts=True, unique_fields=["user_id"], update_fields=fields
    )


def _change(model: type[MoneyHour] | type[ErasedHour], before: Books, after: Books) -> None:
    """A ledger only grows: mostly one row of a wallet is replaced."""
    rows: list[Any] = []
    for user_id, hours in after.items():
        for hour in set(before[user_id]) - set(hours):
            model.objects.filter(wallet_id=user_id, hour=hour.hour, reason=hour.reason).delete()
        new = sorted(set(hours) - set(before[user_id]))
        rows += [model(wallet_id=user_id, **hour._asdict()) for hour in new]
    model._default_manager.bulk_create(rows)


def _change_months(live: Books) -> None:
    was: dict[str, dict[date, int]] = defaultdict(dict)
    rows = MonthBalance.objects.filter(wallet_id__in=list(live))
    for user_id, month, balance_cents in rows.values_list("wallet_id", "month", "balance_cents"):
        was[user_id][month] = balance_cents
    made: list[MonthBalance] = []
    for user_id, hours in live.items():
        now = months_of(hours)
        changed = {month for month, _ in was[user_id].items() ^ now.items()}
        if changed & was[user_id].keys():
            rows.filter(wallet_id=user_id, month__in=changed).delete()
        made += [
            MonthBalance(wallet_id=user_id, month=month, balance_cents=now[month])
            for month in sorted(changed & now.keys())
        ]
    MonthBalance.objects.bulk_create(made)


def _add_to_totals(after: Iterable[list[Hour]], before: Iterable[list[Hour]]) -> None:
    hours: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    months: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
    for sign, books in ((1, after), (-1, before)):
        for book in books:
            for each in book:
                _add(hours[each.hour, each.reason], sign, (each.change_cents, each.lines))
            for month, change in month_changes(months_of(book)).items():
                _add(months[(month,)], sign, change)
    _add_rows(HourTotal, ("hour", "reason"), ("change_cents", "lines"), hours)
    _add_rows(MonthTotal, ("month",), ("owed_change_cents", "debt_change_cents"), months)


def _add(amounts_so_far: list[int], sign: int, amounts: Sequence[int]) -> None:
    for index, amount in enumerate(amounts):
        amounts_so_far[index] += sign * amount


def _add_rows(
    model: type[HourTotal] | type[MonthTotal],
    keys: tuple[str, ...],
    amounts: tuple[str, ...],
    by_key: dict[tuple[Any, ...], list[int]],
) -> None:
    """Adds within the database, thousands at once; a row that comes to nothing goes."""
    connection = connections["default"]
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), [*keys, *amounts]
    adding = ", ".join(f"{quote(name)} = {table}.{quote(name)} + excluded.{quote(name)}" for name in amounts)
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    rows = [
        [field.get_db_prep_save(value, connection) for field, value in zip(fields, (*key, *by), strict=True)]
        for key, by in by_key.items()
        if any(by)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(map(quote, names))}) VALUES ({', '.join(['%s'] * len(names))})"  # noqa: S608
            f" ON CONFLICT ({', '.join(map(quote, keys))}) DO UPDATE SET {adding}",
            rows,
        )
    if any(amount < 0 for by in by_key.values() for amount in by):
        model._default_manager.filter(**dict.fromkeys(amounts, 0)).delete()


def _note_refunds(refunded: dict[str, int]) -> None:
    """What an operator gave back after a job's end belongs to its margin too."""
    for job in JobSummary.objects.filter(pk__in=list(refunded)):
        if job.refunded_cents != refunded[job.pk]:
            JobSummary.objects.filter(pk=job.pk).update(refunded_cents=refunded[job.pk])
