"""What a call has done is what it answers, whatever happens to the session's daily renewal."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from reelballers.middleware import Sessions
from reelballers.models import Session
from reelballers.sessions import SessionStore
from reelballers.user_db import user_transaction
from tests.damage import write_lock
from wallet import ledger

pytestmark = pytest.mark.django_db(transaction=True)

DEBIT = {"job_id": "job", "cost_cents": 5}


@pytest.fixture
def guest(client: Client, user_id: str) -> Client:
    """A browser whose session is due to be renewed, with 100 credits."""
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=100, form_id="start", actor="test", note="")
    session = client.session
    session[SESSION_KEY], session["renewed_at"] = user_id, 1
    session.save()
    return client


@pytest.fixture
def impatient() -> Iterator[str]:
    """The path of `default`, for whose lock nobody waits long."""
    shared = connections["default"]
    with shared.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    yield shared.settings_dict["NAME"]
    with shared.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 5000")


def debit(browser: Client) -> Any:
    return browser.post("/api/debit", DEBIT, content_type="application/json")


def test_a_debit_that_was_taken_is_told_though_default_is_locked(guest: Client, impatient: str) -> None:
    with write_lock(impatient):
        answer = debit(guest)
    assert (answer.status_code, answer.json()["new_balance_cents"]) == (200, 95)
    assert not answer.cookies  # the renewal waits for the next call
    assert debit(guest).cookies["session"]


def test_it_is_told_though_default_cannot_be_written_at_all(guest: Client) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA query_only = 1")
        try:
            answer = debit(guest)
        finally:
            cursor.execute("PRAGMA query_only = 0")
    assert (answer.status_code, answer.json()["new_balance_cents"]) == (200, 95)


def test_a_look_is_answered_too(guest: Client, impatient: str) -> None:
    with write_lock(impatient):
        assert guest.get("/api/wallet").json()["balance_cents"] == 100


def with_session(key: str, view: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    request = RequestFactory().post("/api/debit")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = key
    return Sessions(view)(request)


def test_a_session_ended_meanwhile_does_not_undo_the_answer(guest: Client) -> None:
    def spends_while_signed_out_elsewhere(request: HttpRequest) -> HttpResponse:
        assert SESSION_KEY in request.session
        Session.objects.all().delete()
        return HttpResponse("done")

    key = guest.session.session_key
    assert key
    answer = with_session(key, spends_while_signed_out_elsewhere)
    assert (answer.status_code, answer.content, dict(answer.cookies)) == (200, b"done", {})
    assert not Session.objects.exists()


def test_a_guest_whose_session_cannot_be_saved_is_told_to_come_again(impatient: str) -> None:
    """A wallet that no cookie opens must not be paid into."""

    def makes_a_guest(request: HttpRequest) -> HttpResponse:
        request.session[SESSION_KEY] = "f" * 32
        return HttpResponse("checkout")

    with write_lock(impatient):
        answer = with_session("", makes_a_guest)
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/json")


def test_the_guests_wallet_left_aside_is_not_lost(guest: Client, impatient: str) -> None:
    """The account's session is gone, the browser is the guest again, and that cannot be written down."""
    left = guest.session.session_key
    guest.cookies.clear()
    guest.cookies[settings.LEFT_SESSION_COOKIE_NAME] = left
    with write_lock(impatient):
        answer = debit(guest)
    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert debit(guest).cookies["session"].value == left
    assert SESSION_KEY in SessionStore(left)
