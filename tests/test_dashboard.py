"""The operators' figures follow the wallets, whatever happens to the summaries."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from exports.shared.models import JobSummary
from operators import dashboard, summaries
from reelballers.models import User, WalletSummary
from reelballers.user_db import pool as pools
from reelballers.user_db import user_transaction
from reelballers.user_db.paths import user_db_path
from tests.damage import damage_page
from wallet import ledger

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
    assert dashboard.figures() == {"liability": 120, "debt": 0, "wallets": 3, "frozen": 0}
    charts = [dashboard.chart("bonus"), dashboard.chart("debit", sign=-1)]
    assert [sum(bar.cents for bar in chart) for chart in charts] == [150, 30]


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
    assert dashboard.figures()["liability"] == 10
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


def test_margins_are_of_what_was_sold() -> None:
    now = timezone.now()
    JobSummary.objects.create(
        job_id="a", user_id="u", type="framing", state="succeeded", cost_cents=5, gpu="T4", run_seconds=20,
        compute_cost_microdollars=3200, created_at=now, finished_at=now,
    )  # fmt: skip
    earning = next(row for row in dashboard.earnings() if row.type == "framing")
    assert (earning.expected_margin_percent, earning.realised_margin_percent) == (96.8, 93.6)


def test_the_page_is_for_operators(client: Client) -> None:
    assert client.get("/admin/dashboard").status_code == 302
    client.force_login(User.objects.create_superuser("op@example.com", "a-long-password"))
    page = client.get("/admin/dashboard").content.decode()
    assert "Credits outstanding" in page
    assert "96.8 %" in page
