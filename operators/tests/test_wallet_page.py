"""A wallet's page: its head, its whole story with nothing cut, each line with its own action."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from operators import wallet_facts
from operators.tests.conftest import do
from operators.timeline import story
from operators.timeline.story import LINES_A_PAGE
from reelballers.user_db import look, user_db, user_transaction
from tests.cast.payments import deliver, dispute_of, event_of, give, open_topup, paid, refund_of
from wallet import ledger, lines
from wallet.models import LedgerEntry
from wallet.payments.fulfil import fulfil
from wallet.shared.models import InboxEvent

pytestmark = pytest.mark.django_db


def page_of(browser: Client, user_id: str, **query: str) -> str:
    answer = browser.get(f"/admin/wallets/{user_id}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_is_cut(owner: Client, user_id: str) -> None:
    for number in range(LINES_A_PAGE + 130):
        give(user_id, number + 1)
    seen: list[str] = []
    page = page_of(owner, user_id)
    while True:
        seen += re.findall(r'id="line-(\d+)"', page)
        older = re.search(r'href="\?(until=[^"]+)"', page)
        if older is None:
            break
        page = owner.get(f"/admin/wallets/{user_id}?{older[1]}").content.decode()
    assert seen == [str(number) for number in range(LINES_A_PAGE + 130, 0, -1)]


def test_lines_of_one_moment_stay_on_one_page(user_id: str) -> None:
    moment = "2026-11-01 10:00:00.000000"
    with user_transaction(user_id):
        original, lines.now_text = lines.now_text, lambda: moment
        try:
            for number in range(LINES_A_PAGE + 1):
                ledger.give_bonus(amount_cents=1, form_id=f"f{number}", actor="t", note="")
        finally:
            lines.now_text = original
    found = story(user_id)
    assert (len(found.lines), found.older) == (LINES_A_PAGE + 1, None)


def test_each_line_offers_what_may_be_done_about_it(owner: Client, user_id: str, bought: Any) -> None:
    act = do(owner, user_id, "bonus", amount_cents=30)
    with user_transaction(user_id):
        ledger.debit(job_id="job-1", cost_cents=8)
    page = page_of(owner, user_id)
    assert f"kind=payment_refund&amp;of={bought['metadata']['topup_id']}" in page
    assert f"kind=bonus_back&amp;of={act.id}" in page
    assert "kind=job_refund&amp;of=job-1" in page
    assert f"/admin/acts/{act.id}" in page
    do(owner, user_id, "bonus_back", of=act.id, amount_cents=30)
    do(owner, user_id, "job_refund", of="job-1", amount_cents=8)
    page = page_of(owner, user_id)
    assert "kind=bonus_back" not in page
    assert "kind=job_refund" not in page


def test_refunds_disputes_waiting_events_and_strays_are_told(
    client: Client, seeded: None, owner: Client, user_id: str, bought: Any
) -> None:
    deliver(client, event_of("refund.created", refund_of(bought, 100)))
    deliver(client, event_of("charge.dispute.created", dispute_of(bought, 100, "needs_response")))
    InboxEvent.objects.filter(type="refund.created").update(outcome="pending", last_error="locked")
    fulfil(paid(open_topup(user_id)) | {"amount_subtotal": 700})
    page = page_of(owner, user_id)
    for words in ("Refund succeeded", "Dispute needs response", "Stripe told: refund.created", "1 dispute"):
        assert words in page
    assert "Paid, and fits nothing" in page
    assert "kind=event_reapply" in page
    assert "kind=unmatched_settle" in page
    assert "Refund succeeded" not in page_of(owner, user_id, show="money")


def test_the_head_sums_what_was_bought_and_spent(user_id: str, bought: Any) -> None:
    with user_transaction(user_id):
        ledger.debit(job_id="job-1", cost_cents=80)
        ledger.refund_by_operator(job_id="job-1", amount_cents=30, form_id="f", actor="t", note="")
    head = wallet_facts.head(user_id)
    assert (head.balance_cents, head.bought_cents, head.spent_cents) == (450, 500, 50)


def test_the_balance_at_a_time_names_its_cause(owner: Client, user_id: str) -> None:
    give(user_id, 30)
    with user_db(user_id):
        first = LedgerEntry.objects.get().created_at
    with user_transaction(user_id):
        ledger.debit(job_id="job-1", cost_cents=8)
    page = page_of(owner, user_id, at=(first + timedelta(microseconds=1)).isoformat())
    assert "<strong>30 credits</strong>" in page
    assert "line #1" in page
    assert 'id="line-2"' not in page
    earlier = page_of(owner, user_id, at=(first - timedelta(days=1)).isoformat())
    assert "<strong>0 credits</strong>: nothing had moved." in earlier
    for nonsense in ("yesterday", "2026-13-01T00:00", "9999999999"):
        page_of(owner, user_id, at=nonsense)


def test_a_line_that_was_altered_is_told(owner: Client, user_id: str) -> None:
    give(user_id, 30)
    assert "hashes checked just now" in page_of(owner, user_id)
    with user_db(user_id) as alias:
        from django.db import connections

        with connections[alias].cursor() as cursor:
            for (name,) in cursor.execute(
                "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='ledger'"
            ).fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute("UPDATE ledger SET note = 'forged'")
    with look(user_id) as db:
        assert db.execute("SELECT note FROM ledger").fetchone()[0] == "forged"
    page = page_of(owner, user_id)
    assert "The ledger was altered:" in page
    assert "hash chain breaks at line 1" in page


def test_a_page_opens_one_file_and_asks_stripe_nothing(
    owner: Client, user_id: str, bought: Any, stand_in: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        with user_transaction(user_id):
            ledger.debit(job_id=f"job-{number}", cost_cents=1)
    with django_assert_max_num_queries(40):  # of `default`
        page_of(owner, user_id)
    assert stand_in.asked == []


def test_a_future_at_is_now(owner: Client, user_id: str) -> None:
    give(user_id, 30)
    assert "<strong>30 credits</strong>" in page_of(
        owner, user_id, at=(timezone.now() + timedelta(days=1)).isoformat()
    )
