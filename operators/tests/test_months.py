"""Months add up, agree with the ledgers, are closed once, in order, when everything was read, and show what drifts."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from operators import months, summaries
from operators.acts.kind import ActRefused
from operators.acts.kinds import KINDS
from operators.models import ClosedMonth, HourTotal, OperatorAct
from operators.tests.conftest import act_of
from operators.user_files.erase import erase
from reelballers.models import WalletSummary
from reelballers.user_db import user_db, user_transaction
from wallet import ledger, lines
from wallet.models import LedgerEntry

pytestmark = pytest.mark.django_db

THIS = timezone.now().date().replace(day=1)
LAST = (THIS - timedelta(days=1)).replace(day=1)
BEFORE = (LAST - timedelta(days=1)).replace(day=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """`at(first)` writes what follows on the second of that month, at noon."""

    def turn(first: date) -> None:
        text = f"{first:%Y-%m}-02 12:00:00.000000"
        monkeypatch.setattr(lines, "now_text", lambda: text)

    return turn


def buy(user_id: str, cents: int, session: str) -> None:
    with user_transaction(user_id):
        ledger.credit_topup(session_id=session, credits_cents=cents, payment_id=None)


def give(user_id: str, cents: int, form: str) -> None:
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=cents, form_id=form, actor="op", note="")


def spend(user_id: str, cents: int, job: str) -> None:
    with user_transaction(user_id):
        ledger.debit(job_id=job, cost_cents=cents)


def take_back(user_id: str, form: str, cents: int) -> None:
    with user_transaction(user_id):
        ledger.take_back_bonus(form_id=form, amount_cents=cents, actor="op", note="")


@pytest.fixture
def books(new_user: Callable[[], str], at: Callable[[date], None]) -> list[str]:
    """Two wallets over two months: one with credits, one that ends in debt."""
    rich, poor = new_user(), new_user()
    at(BEFORE)
    buy(rich, 1000, "cs_1")
    give(poor, 50, "f1")
    at(LAST)
    spend(rich, 300, "j1")
    spend(poor, 40, "j2")
    take_back(poor, "f1", 50)
    give(rich, 20, "f2")
    summaries.refresh_all()
    return [rich, poor]


def test_each_month_goes_on_from_the_one_before_and_adds_up(books: list[str]) -> None:
    found = months.months()
    assert [row.month for row in found] == [THIS, LAST, BEFORE]
    for row in found:
        assert row.before + row.sold + row.given_back + row.bonus + row.adjusted - row.earned == row.after
        assert row.after == row.owed - row.debt
    assert [row.before for row in found[:-1]] == [row.after for row in found[1:]]
    last = found[1]
    assert (last.sold, last.bonus, last.earned, last.owed, last.debt) == (0, -30, 340, 720, 40)


def test_they_say_what_the_ledgers_say_also_after_an_erasure(books: list[str]) -> None:
    before = {row.month: months.figures_of(row) for row in months.months()}
    summed = 0
    for user_id in books:
        with user_db(user_id):
            summed += sum(line.change_cents for line in LedgerEntry.objects.all())
    assert months.months()[0].after == summed
    erase(books[0])
    summaries.refresh_all()
    for row in months.months()[1:]:
        assert months.figures_of(row) == before[row.month]
    assert (months.months()[0].adjusted, months.months()[0].after) == (-720, -40)


def test_what_bonuses_paid_for_is_counted_by_itself(books: list[str]) -> None:
    assert months.bonus_spent(BEFORE) == 0
    # poor spent 40, and the 50 it was given are back; rich was given 20 and spent 300.
    assert months.bonus_spent(LAST) == 20


def close(browser: Client, month: date) -> OperatorAct:
    answer = browser.post("/admin/acts", {"kind": "month_close", "of": f"{month:%Y-%m}", "reason": "booked"})
    assert answer.status_code == 302, answer.content.decode()
    browser.post(answer["Location"])
    return act_of(answer)


def test_a_month_is_closed_once_and_in_order(owner: Client, books: list[str]) -> None:
    act = OperatorAct(kind="month_close", of=f"{LAST:%Y-%m}")
    with pytest.raises(ActRefused, match=r"Close .* first"):
        KINDS["month_close"].look(act)
    assert close(owner, BEFORE).state == "done"
    assert close(owner, LAST).state == "done"
    assert months.close(LAST, closed_by="another").closed_by == "owner@example.com"
    first, second = ClosedMonth.objects.order_by("month")
    assert (first.previous_hash, second.previous_hash) == (months.GENESIS_HASH, first.hash)
    with pytest.raises(ActRefused, match="not over"):
        KINDS["month_close"].look(OperatorAct(kind="month_close", of=f"{THIS:%Y-%m}"))
    page = owner.get("/admin/months").content.decode()
    assert page.count(">Closed</span>") == 2


def test_no_month_is_closed_before_every_wallet_was_read(owner: Client, books: list[str]) -> None:
    long_ago = int(datetime.combine(BEFORE, datetime.min.time(), UTC).timestamp()) * 10**9
    WalletSummary.objects.filter(pk=books[0]).update(seen_mtime_ns=long_ago)
    with pytest.raises(ActRefused, match="1 wallets have not been read"):
        KINDS["month_close"].look(OperatorAct(kind="month_close", of=f"{BEFORE:%Y-%m}"))
    summaries.refresh_all()
    assert close(owner, BEFORE).state == "done"


def test_what_drifts_after_the_close_is_shown(
    owner: Client, books: list[str], at: Callable[[date], None]
) -> None:
    close(owner, BEFORE)
    assert "Drifted" not in owner.get("/admin/months").content.decode()
    HourTotal.objects.filter(reason="topup").update(change_cents=999)
    page = owner.get("/admin/months").content.decode()
    assert "sold: 1000 then, 999 now" in page
    assert "$10.00" in page  # as it was closed
    HourTotal.objects.filter(reason="topup").update(change_cents=1000)
    closed = ClosedMonth.objects.get()
    ClosedMonth.objects.update(figures={**closed.figures, "sold": 1})
    assert "the frozen figures were altered" in owner.get("/admin/months").content.decode()


def test_only_owners_close_and_anyone_reads(staff: Any, books: list[str]) -> None:
    support = staff("support")
    assert "Close…" not in support.get("/admin/months").content.decode()
    sent = {"kind": "month_close", "of": f"{BEFORE:%Y-%m}", "reason": "x"}
    assert support.post("/admin/acts", sent).status_code == 403


def test_the_csv_has_the_same_figures(owner: Client, books: list[str]) -> None:
    close(owner, BEFORE)
    text = owner.get("/admin/months.csv").content.decode()
    lines = text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith("month,before_cents,sold_cents")
    assert lines[-1].startswith(f"{BEFORE:%Y-%m},0,1000,0,50,0,0,1050,1050,0,0,")
    assert lines[-1].endswith(f"closed,{ClosedMonth.objects.get().hash}")


def test_stripes_movements_stand_beside(owner: Client, books: list[str]) -> None:
    from djstripe.models import BalanceTransaction

    when = datetime.combine(LAST, datetime.min.time(), UTC)
    for number, (kind, amount, fee) in enumerate(
        [("charge", 500, 45), ("refund", -200, 0), ("payout", -255, 0)]
    ):
        data = {"type": kind, "amount": amount, "fee": fee, "currency": "usd"}
        columns = {"amount": amount, "type": kind, "currency": "usd", "source": "x"}
        BalanceTransaction.objects.create(
            id=f"txn_{number}", livemode=False, created=when, stripe_data=data, **columns
        )
    row = months.month(LAST)
    assert row is not None
    assert (row.stripe_gross, row.stripe_refunds, row.stripe_fees, row.stripe_payouts) == (500, -200, 45, 255)


def test_without_a_line_there_is_no_month(owner: Client) -> None:
    assert "Nothing has moved yet" in owner.get("/admin/months").content.decode()
