"""The operators' figures are the files' sums, hour by hour, and stay what they were when a user goes."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Sum
from django.utils import timezone

from exports.shared.models import JobSummary
from operators import figures, summaries, totals
from operators.hours import Hour, month_changes, months_of
from operators.models import ErasedHour, ErasedWallet, HourTotal, MoneyHour, MonthBalance, MonthTotal
from operators.user_files.erase import erase
from reelballers.models import WalletSummary
from reelballers.user_db import pool as pools
from reelballers.user_db import user_directory, user_transaction
from wallet import ledger

pytestmark = pytest.mark.django_db

TABLES = (WalletSummary, MoneyHour, HourTotal, MonthBalance, MonthTotal, ErasedWallet, ErasedHour)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is settled as soon as it is written: nothing else writes in these tests."""
    monkeypatch.setattr(summaries, "SETTLED_NS", 0)


def move(user_id: str, bonus_cents: int, *debits: int) -> None:
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=bonus_cents, form_id=f"b{bonus_cents}", actor="t", note="")
        for cents in debits:
            ledger.debit(job_id=f"j{cents}", cost_cents=cents)


def total(reason: str) -> tuple[int, int]:
    sums = HourTotal.objects.filter(reason=reason).aggregate(cents=Sum("change_cents"), lines=Sum("lines"))
    return sums["cents"] or 0, sums["lines"] or 0


def owed() -> int:
    return MonthTotal.objects.aggregate(cents=Sum("owed_change_cents"))["cents"] or 0


def books() -> dict[str, list[tuple[Any, ...]]]:
    """Every table without its own ids."""
    return {
        model.__name__: sorted(
            tuple(value for name, value in row.items() if name not in {"id", "seen_mtime_ns"})
            for row in model._default_manager.values()  # type: ignore[attr-defined]
        )
        for model in TABLES
    }


def audit() -> str:
    out = StringIO()
    try:
        call_command("audit", stdout=out)
    except CommandError as error:
        out.write(str(error))
    return out.getvalue()


@pytest.fixture
def three(new_user: Callable[[], str]) -> list[str]:
    """Three wallets with 70, 50 and 0 credits, read by the worker."""
    users = [new_user(), new_user(), new_user()]
    move(users[0], 100, 10, 20)
    move(users[1], 50)
    move(users[2], 8, 8)
    summaries.refresh_all()
    return users


def test_totals_are_the_sums_of_all_ledgers(three: list[str]) -> None:
    assert (total("bonus"), total("debit"), owed()) == ((158, 3), (-38, 3), 120)
    assert "audit: ok" in audit()


def test_what_a_wallet_moves_later_is_added_once(three: list[str]) -> None:
    with user_transaction(three[0]):
        ledger.refund_rest(job_id="j20")
    for _ in range(3):
        summaries.refresh_all()
    assert (total("refund"), total("debit"), owed()) == ((20, 1), (-38, 3), 140)
    assert "audit: ok" in audit()


def test_an_erasure_rewrites_no_day(three: list[str]) -> None:
    before = {reason: total(reason) for reason in ("bonus", "debit")}
    erase(three[0])
    summaries.refresh_all()
    assert {reason: total(reason) for reason in ("bonus", "debit")} == before
    assert (total("erased"), owed()) == ((-70, 1), 50)
    assert figures.standing()["owed"] == 50
    assert figures.flows(figures.span_of("30d")).now["bonus"] == 158
    assert set(WalletSummary.objects.values_list("pk", flat=True)) == set(three[1:])
    assert "audit: ok" in audit()


def test_a_wallet_erased_before_anybody_read_it_is_in_the_books(user_id: str) -> None:
    move(user_id, 100, 30)
    erase(user_id)
    summaries.refresh_all()
    summaries.refresh_all()
    assert (total("bonus"), total("debit"), total("erased"), owed()) == ((100, 1), (-30, 1), (-70, 1), 0)


def test_a_file_that_is_missing_is_owed_all_the_same(three: list[str]) -> None:
    pools.pool.close_idle()
    shutil.rmtree(user_directory(three[0]))
    summaries.refresh_all()
    assert (figures.standing()["owed"], total("bonus")) == (120, (158, 3))


def test_an_erased_user_who_was_restored_is_counted_once(three: list[str]) -> None:
    before = books()
    pools.pool.close_idle()
    kept = user_directory(three[0]).with_name("kept")
    shutil.copytree(user_directory(three[0]), kept)
    erase(three[0])
    summaries.refresh_all()
    user_directory(three[0]).with_name(f"{three[0]}.erased.json").unlink()
    kept.rename(user_directory(three[0]))
    summaries.refresh_all()
    assert books() == before


def test_they_are_made_anew_identically(three: list[str]) -> None:
    erase(three[0])
    summaries.refresh_all()
    before = books()
    for model in TABLES:
        model._default_manager.all().delete()
    call_command("user_db", "reindex", stdout=StringIO(), stderr=StringIO())
    assert books() == before


@pytest.mark.parametrize(
    "falsify",
    [
        lambda: MoneyHour.objects.filter(reason="bonus").update(change_cents=F("change_cents") + 1),
        lambda: MoneyHour.objects.filter(reason="debit").delete(),
        lambda: HourTotal.objects.filter(reason="bonus").update(lines=F("lines") + 1),
        lambda: HourTotal.objects.filter(reason="debit").delete(),
        lambda: MonthBalance.objects.update(balance_cents=1),
        lambda: MonthTotal.objects.update(owed_change_cents=F("owed_change_cents") - 1),
        lambda: WalletSummary.objects.update(balance_cents=7),
        lambda: ErasedHour.objects.filter(reason="erased").delete(),
    ],
    ids=["hour", "no hour", "total", "no total", "month", "month total", "balance", "erased"],
)
def test_audit_sees_what_is_wrong_and_reindex_mends_it(three: list[str], falsify: Callable[[], Any]) -> None:
    erase(three[0])
    summaries.refresh_all()
    falsify()
    said = audit()
    assert "figures" in said
    assert "user_db reindex" in said
    call_command("user_db", "reindex", stdout=StringIO(), stderr=StringIO())
    assert "audit: ok" in audit()


def test_what_failed_costs_and_what_went_back_was_not_earned(db: None) -> None:
    now = timezone.now()
    common = {"user_id": "u", "type": "upscale", "gpu": "T4", "created_at": now, "finished_at": now}
    facts = {"cost_cents": 30, "run_seconds": 60, "compute_cost_microdollars": 9_600}
    for number, (state, refunded) in enumerate([("succeeded", 0), ("succeeded", 15), ("timed_out", 30)]):
        JobSummary.objects.create(job_id=str(number), state=state, refunded_cents=refunded, **common, **facts)
    upscale = next(row for row in figures.earnings(now) if row.type == "upscale")
    assert (upscale.succeeded, upscale.kept_cents, upscale.cost_microdollars) == (2, 45, 3 * 9_600)
    assert upscale.margin_percent == 93.6


def test_a_refund_after_the_end_reaches_the_margin(user_id: str) -> None:
    now = timezone.now()
    move(user_id, 100, 30)
    JobSummary.objects.create(
        job_id="j30", user_id=user_id, type="upscale", state="succeeded", cost_cents=30, created_at=now,
        finished_at=now,
    )  # fmt: skip
    with user_transaction(user_id):
        ledger.refund_by_operator(job_id="j30", amount_cents=12, form_id="f", actor="op", note="")
    summaries.refresh_all()
    assert JobSummary.objects.get().refunded_cents == 12


def hour(text: str, cents: int) -> Hour:
    return Hour(datetime.fromisoformat(text).replace(tzinfo=UTC), "bonus", cents, 1)


def test_months_end_with_what_was_held_and_debt_is_not_set_against_credit() -> None:
    ends = months_of([hour("2026-01-31T23", 100), hour("2026-02-01T00", -150), hour("2026-05-01T00", 60)])
    assert ends == {date(2026, 1, 1): 100, date(2026, 2, 1): -50, date(2026, 5, 1): 10}
    assert [tuple(change) for change in month_changes(ends).values()] == [(100, 0), (-100, 50), (10, -50)]


def test_a_month_that_comes_to_nothing_has_no_row_however_it_is_summed(db: None) -> None:
    """One wallet gains what another loses."""
    for number, cents in enumerate((100, -100)):
        summary = WalletSummary(
            user_id=str(number), shard="00", seen_mtime_ns=0, balance_cents=0, is_frozen=False
        )
        hours = [hour("2026-01-01T00", 200), hour("2026-02-01T00", cents)]
        totals.write([totals.Read(summary, hours, {})])
    before = books()
    totals.sum_anew()
    assert books() == before
    assert MonthTotal.objects.get().owed_change_cents == 400


def test_totals_are_changed_by_what_is_new_alone(three: list[str]) -> None:
    """Two wallets written in one transaction, one unchanged: its hours stay the rows they were."""
    ids = set(MoneyHour.objects.filter(wallet_id=three[1]).values_list("id", flat=True))
    move(three[0], 5)
    WalletSummary.objects.update(seen_mtime_ns=0)
    summaries.refresh_all()
    assert set(MoneyHour.objects.filter(wallet_id=three[1]).values_list("id", flat=True)) == ids
    totals.sum_anew()
    assert total("bonus") == (163, 4)
