"""The operators' pages: find a wallet by anything, correct it once, and leave a trace."""

import re
import secrets
from collections.abc import Callable

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from exports.shared.models import OpenJob
from operators.attention import needs_attention
from reelballers.models import SignInLink, User
from reelballers.user_db import user_db, user_db_path, user_transaction
from wallet import ledger
from wallet.models import LedgerEntry, Wallet
from wallet.shared.models import InboxEvent, PaymentIndex, UnmatchedPayment

pytestmark = pytest.mark.django_db

STRIPES_MODELS = [
    "Account",
    "BalanceTransaction",
    "Charge",
    "Dispute",
    "Event",
    "PaymentIntent",
    "Refund",
    "Session",
    "WebhookEventTrigger",
]


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("op@example.com", "a-long-password"))
    return client


def act(operator: Client, user_id: str, **fields: object) -> str:
    facts = {"form_id": secrets.token_hex(16), "reason": "because", **fields}
    return operator.post(f"/admin/reelballers/user/{user_id}/wallet", facts, follow=True).content.decode()


def balance(user_id: str) -> int:
    with user_db(user_id):
        return Wallet.objects.get().balance_cents


def test_a_visitor_sees_nothing(client: Client, user_id: str) -> None:
    answer = client.get(f"/admin/reelballers/user/{user_id}/wallet")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_staff_without_the_right_is_refused(client: Client, user_id: str) -> None:
    client.force_login(User.objects.create_user("staff@example.com", is_staff=True, is_guest=False))
    assert client.get(f"/admin/reelballers/user/{user_id}/wallet").status_code == 403


def test_a_bonus_is_given_named_and_logged(operator: Client, user_id: str) -> None:
    assert "Bonus of 20 credits given." in act(operator, user_id, action="bonus", amount_cents=20)
    with user_db(user_id):
        line = LedgerEntry.objects.get()
    assert (line.change_cents, line.reason, line.actor, line.note) == (
        20,
        "bonus",
        "op@example.com",
        "because",
    )
    assert "Reason: because" in LogEntry.objects.get().change_message


def test_an_operator_is_told_who_reads_a_reason(operator: Client, user_id: str) -> None:
    page = operator.get(f"/admin/reelballers/user/{user_id}/wallet").content.decode()
    assert page.count("The visitor reads it in their history.") == 2  # bonus, job
    assert page.count("Only operators read it, in their log.") == 2  # freeze, link


def test_a_missing_file_is_not_called_no_wallet(operator: Client, user_id: str) -> None:
    page = f"/admin/reelballers/user/{user_id}/wallet"
    user_db_path(user_id).rename(user_db_path(user_id).with_name("lost"))
    assert "its file is missing: restore it" in operator.get(page, follow=True).content.decode()
    User.objects.filter(pk=user_id).update(wallet_created_at=None)
    assert "has no wallet yet" in operator.get(page, follow=True).content.decode()


def test_the_same_form_twice_makes_one_link(operator: Client, user_id: str) -> None:
    form = {"form_id": secrets.token_hex(16), "action": "link"}
    pages = [act(operator, user_id, **form) for _ in range(2)]
    links = {re.search(r"/sign-in/\w+", page)[0] for page in pages}
    assert (len(links), SignInLink.objects.count()) == (1, 1)


def test_the_same_form_twice_gives_one_bonus(operator: Client, user_id: str) -> None:
    form = {"form_id": secrets.token_hex(16), "action": "bonus", "amount_cents": 20}
    act(operator, user_id, **form)
    assert "Already done" in act(operator, user_id, **form)
    assert balance(user_id) == 20


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "many", "100001", ""])
def test_a_senseless_bonus_is_refused(operator: Client, user_id: str, amount: str) -> None:
    act(operator, user_id, action="bonus", amount_cents=amount)
    assert balance(user_id) == 0


def test_a_reason_is_needed(operator: Client, user_id: str) -> None:
    act(operator, user_id, action="bonus", amount_cents=5, reason=" ")
    assert balance(user_id) == 0


def test_part_of_a_jobs_cost_is_returned_and_never_more_than_it_took(operator: Client, user_id: str) -> None:
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=10, form_id="x", actor="t", note="")
        ledger.debit(job_id="job-1", cost_cents=8)
    act(operator, user_id, action="refund_job", job_id="job-1", amount_cents=3)
    assert balance(user_id) == 5
    assert "At most 5 credits" in act(operator, user_id, action="refund_job", job_id="job-1", amount_cents=6)
    assert "no debit of that job" in act(
        operator, user_id, action="refund_job", job_id="job-2", amount_cents=1
    )
    assert balance(user_id) == 5


def test_a_frozen_wallet_neither_spends_nor_buys(operator: Client, user_id: str) -> None:
    act(operator, user_id, action="freeze", frozen="on")
    with user_db(user_id):
        assert Wallet.objects.get().is_frozen
    act(operator, user_id, action="freeze")
    with user_db(user_id):
        assert not Wallet.objects.get().is_frozen


@pytest.mark.parametrize("text", ["{user}", "cs_1", "pi_1", "job-9", "fan@"])
def test_a_wallet_is_found_by_anything(operator: Client, new_user: Callable[[], str], text: str) -> None:
    user_id, other_id = new_user(), new_user()
    User.objects.filter(pk=user_id).update(email="fan@example.com")
    PaymentIndex.objects.create(
        session_id="cs_1",
        topup_id="t",
        user_id=user_id,
        payment_intent_id="pi_1",
        amount_cents=1,
        livemode=False,
    )
    OpenJob.objects.create(job_id="job-9", user_id=user_id)
    page = operator.get("/admin/reelballers/user/", {"q": text.format(user=user_id)}).content.decode()
    assert f"/user/{user_id}/wallet" in page
    assert f"/user/{other_id}/wallet" not in page


def test_money_is_in_no_editable_field(operator: Client, user_id: str) -> None:
    page = operator.get(f"/admin/reelballers/user/{user_id}/change/").content.decode()
    assert 'name="balance' not in page


def test_the_first_page_finds_wallets_and_says_what_waits(operator: Client) -> None:
    UnmatchedPayment.objects.create(session_id="cs_lost", amount_cents=500, why="no top-up", facts={})
    page = operator.get("/admin/").content.decode()
    assert 'type="search"' in page
    assert "<b>1</b><a" in page.split("payments that fit nothing of ours")[0].rsplit("<li", 1)[1]


def test_the_first_page_counts_events_that_fail_and_links_to_them(operator: Client) -> None:
    for number, (outcome, error) in enumerate([("pending", ""), ("pending", "x"), ("ask_stripe", "403")]):
        facts = {"payload": {}, "type": "charge.refunded", "next_attempt_at": timezone.now()}
        InboxEvent.objects.create(event_id=f"evt_{number}", outcome=outcome, last_error=error, **facts)
    matter = next(each for each in needs_attention() if "could not be applied" in each.words)
    assert matter.count == 2
    assert "3 Stripe events" in operator.get(matter.url).content.decode()


@pytest.mark.parametrize("model", STRIPES_MODELS)
def test_stripes_objects_are_found_by_id(operator: Client, model: str) -> None:
    assert operator.get(f"/admin/djstripe/{model.lower()}/", {"q": "cs_1"}).status_code == 200


def test_stripes_objects_are_browsed_and_never_edited(operator: Client) -> None:
    assert operator.get("/admin/djstripe/session/").status_code == 200
    assert operator.get("/admin/djstripe/session/add/").status_code == 403
    assert operator.get("/admin/djstripe/apikey/").status_code == 404
