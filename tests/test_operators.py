"""The operators' pages: for operators only, and what their first page says."""

import pytest
from django.test import Client
from django.utils import timezone

from operators.attention import needs_attention
from reelballers.models import User
from reelballers.user_db import user_db_path
from wallet.shared.models import InboxEvent, UnmatchedPayment

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


def test_a_visitor_sees_nothing(client: Client, user_id: str) -> None:
    answer = client.get(f"/admin/wallets/{user_id}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_staff_without_the_right_is_refused(client: Client, user_id: str) -> None:
    client.force_login(User.objects.create_user("staff@example.com", is_staff=True, is_guest=False))
    for page in (f"wallets/{user_id}", "find?q=x", "log", f"acts/{'f' * 32}", "unmatched/cs_1", "jobs/x"):
        assert client.get(f"/admin/{page}").status_code == 403, page


def test_a_missing_file_is_not_called_no_wallet(operator: Client, user_id: str) -> None:
    page = f"/admin/wallets/{user_id}"
    user_db_path(user_id).rename(user_db_path(user_id).with_name("lost"))
    assert "its file is missing: restore it" in operator.get(page, follow=True).content.decode()
    User.objects.filter(pk=user_id).update(wallet_created_at=None)
    assert "has no wallet yet" in operator.get(page, follow=True).content.decode()


def test_money_is_in_no_editable_field(operator: Client, user_id: str) -> None:
    page = operator.get(f"/admin/reelballers/user/{user_id}/change/").content.decode()
    assert 'name="balance' not in page


def test_the_first_page_finds_wallets_and_says_what_waits(operator: Client) -> None:
    UnmatchedPayment.objects.create(session_id="cs_lost", amount_cents=500, why="no top-up", facts={})
    page = operator.get("/admin/").content.decode()
    assert 'type="search"' in page
    assert "<b>1</b> payments that fit nothing of ours" in page


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
