"""The operators' figures follow the wallets, whatever happens to the summaries."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from exports.shared.models import JobSummary, OpenJob
from operators import charts, figures, summaries
from operators.attention import needs_attention
from operators.models import HourTotal
from reelballers.models import Heartbeat, User, WalletSummary
from reelballers.user_db import pool as pools
from reelballers.user_db import user_transaction
from reelballers.user_db.paths import user_db_path
from tests.damage import damage_page
from wallet import ledger
from wallet.shared.models import UnmatchedPayment

pytestmark = pytest.mark.django_db


def move(user_id: str, bonus_cents: int, debit_cents: int = 0) -> None:
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=bonus_cents, form_id=f"b{bonus_cents}", actor="t", note="")
        if debit_cents:
            ledger.debit(job_id=f"j{debit_cents}", cost_cents=debit_cents)


def test_credits_outstanding_are_the_sum_of_balances(new_user: Callable[[], str]) -> None:
    move(new_user(), 100, 30)
    move(new_user(), 50)
    new_user()
    summaries.refresh_all()
    assert figures.standing() == {"owed": 120, "debt": 0, "debtors": 0, "wallets": 3, "frozen": 0}
    moved = figures.flows(figures.span_of("30d"))
    assert moved.now == {"in": 0, "spent": 30, "bonus": 150}


def test_only_wallets_that_changed_are_read_again(
    new_user: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "SETTLED_NS", 0)
    quiet, busy = new_user(), new_user()
    summaries.refresh_all()
    move(busy, 10)
    read: list[str] = []
    original = summaries._read
    monkeypatch.setattr(summaries, "_read", lambda user, *rest: (read.append(user), original(user, *rest))[1])
    summaries.refresh_all()
    assert read == [busy]
    assert figures.standing()["owed"] == 10
    assert quiet in set(WalletSummary.objects.values_list("user_id", flat=True))


def test_a_damaged_wallet_hides_no_other(new_user: Callable[[], str]) -> None:
    damaged, sound = new_user(), new_user()
    move(sound, 10)
    pools.pool.close_idle()
    damage_page(user_db_path(damaged), "wallet")
    summaries.refresh_all()
    assert list(WalletSummary.objects.values_list("user_id", "balance_cents")) == [(sound, 10)]


def test_a_worker_told_to_end_reads_no_more(user_id: str) -> None:
    for _ in range(len(summaries.SHARDS) // summaries.SHARDS_A_ROUND):
        summaries.refresh_some(should_stop=lambda: True)
    assert not WalletSummary.objects.exists()


def test_a_round_looks_at_every_shard_in_turn(user_id: str) -> None:
    for _ in range(len(summaries.SHARDS) // summaries.SHARDS_A_ROUND):
        summaries.refresh_some()
    assert WalletSummary.objects.get().user_id == user_id


# --- The desk -----------------------------------------------------------------------------------------------------


def page_of(browser: Client, **query: str) -> str:
    answer = browser.get("/admin/", query)
    assert answer.status_code == 200
    return answer.content.decode()


def put(days_ago: float, reason: str, cents: int) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    hour = at.replace(minute=0, second=0, microsecond=0)
    HourTotal.objects.create(hour=hour, reason=reason, change_cents=cents, lines=1)


def test_each_range_sums_its_own_time_and_the_one_before() -> None:
    put(0, "topup", 500)
    put(0, "reversal", -100)
    put(3, "topup", 40)
    put(100, "topup", 7)
    for name, now, before in (("24h", 400, 0), ("30d", 440, 0), ("12m", 447, 0)):
        moved = figures.flows(figures.span_of(name))
        assert (name, moved.now["in"], moved.before["in"]) == (name, now, before)
        assert sum(moved.columns["in"]) == now
        assert len(moved.columns["in"]) == {"24h": 24, "30d": 30, "12m": 12}[name]
    put(45, "topup", 60)
    assert figures.flows(figures.span_of("30d")).before["in"] == 60


def test_margins_are_after_refunds_and_failures() -> None:
    now = timezone.now()
    facts = {
        "user_id": "u",
        "type": "framing",
        "gpu": "T4",
        "run_seconds": 20,
        "created_at": now,
        "finished_at": now,
    }
    for number, (state, refunded) in enumerate([("succeeded", 0), ("failed", 5)]):
        JobSummary.objects.create(
            job_id=str(number),
            state=state,
            cost_cents=5,
            refunded_cents=refunded,
            compute_cost_microdollars=3200,
            **facts,
        )
    earning = next(row for row in figures.earnings(now - timedelta(days=1)) if row.type == "framing")
    assert (earning.ended, earning.succeeded, earning.kept_cents) == (2, 1, 5)
    assert (earning.expected_margin_percent, earning.margin_percent) == (96.8, 87.2)
    assert not earning.is_loss


def test_the_desk_is_for_operators_and_asks_nobody(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    assert client.get("/admin/").status_code == 302
    client.force_login(User.objects.create_superuser("op@example.com", "a-long-password"))
    with django_assert_max_num_queries(40):
        page = page_of(client)
    assert "We owe in credits" in page
    assert "96.8 %" in page
    for name in ("24h", "12m", "nonsense"):
        assert "What exports earn" in page_of(client, range=name)


def test_the_desk_is_honest_when_no_worker_runs(client: Client) -> None:
    client.force_login(User.objects.create_superuser("op@example.com", "a-long-password"))
    assert "No worker has run" in page_of(client)
    Heartbeat.objects.create(name="worker x", beaten_at=timezone.now() - timedelta(hours=2))
    assert "stand still since then" in page_of(client)
    Heartbeat.objects.update(beaten_at=timezone.now())
    assert "No worker" not in page_of(client)


def test_what_waited_longest_comes_first(client: Client) -> None:
    now = timezone.now()
    OpenJob.objects.create(job_id="j", user_id="u")
    OpenJob.objects.update(created_at=now - timedelta(hours=1))
    UnmatchedPayment.objects.create(session_id="cs_lost", amount_cents=500, why="no top-up", facts={})
    UnmatchedPayment.objects.update(created_at=now - timedelta(hours=9))
    Heartbeat.objects.create(name="worker x", beaten_at=now)
    waiting = [matter.words for matter in needs_attention() if matter.count]
    assert waiting == [
        "payments that fit nothing of ours and are not settled",
        "exports open for more than 15 minutes",
    ]


def test_a_dispute_is_told_with_the_day_it_must_be_answered_by() -> None:
    from djstripe.models import Dispute

    for number, (status, due_by) in enumerate(
        [("needs_response", 1_900_000_000), ("won", 1), ("needs_response", None)]
    ):
        data = {"status": status, "evidence_details": {"due_by": due_by}}
        facts = {"amount": 1, "status": "lost", "reason": "general", "currency": "usd"}
        row = Dispute(id=f"dp_{number}", livemode=False, created=timezone.now(), stripe_data=data)
        for name in {field.attname for field in Dispute._meta.concrete_fields} & facts.keys():
            setattr(row, name, facts[name])
        row.save()
    matter = next(each for each in needs_attention() if each.words == "disputes to answer")
    assert (matter.count, matter.due and matter.due.year) == (2, 2030)


# --- The chart ----------------------------------------------------------------------------------------------------


def test_a_chart_has_an_axis_and_negative_columns() -> None:
    chart = charts.columns(
        ["a", "b"], [charts.Series("paid in", "in", [12_300, -4_500])], width=400, height=200, title="t"
    )
    for tick in ("−$50", "$0", "$100", "$150"):
        assert f">{tick}</text>" in chart
    tops = [float(y) for y in re.findall(r'<rect class="in" x="[^"]+" y="([^"]+)"', chart)]
    zero = float(re.search(r'<line class="zero"[^>]*y1="([^"]+)"', chart)[1])
    assert tops[0] < zero == tops[1]
    assert "<title>b: paid in −$45.00</title>" in chart


@pytest.mark.parametrize(
    ("rough", "step"), [(0, 100), (99, 100), (120, 200), (3_000, 5_000), (70_000, 100_000)]
)
def test_ticks_are_round(rough: float, step: int) -> None:
    assert charts.nice_step(rough) == step
