"""Sessions: 400 days, renewed once a day, revocable, and nothing for those who only look."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client

from reelballers.middleware import RENEWAL_SECONDS
from reelballers.models import Session, User
from tests.cast.payments import balance_of, give

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest(client: Client, user_id: str) -> Client:
    """A browser with a guest's session."""
    session = client.session
    session[SESSION_KEY] = user_id
    session["renewed_at"] = int(time.time())
    session.save()
    return client


@pytest.mark.parametrize(
    "path", ["/api/wallet", "/api/wallet/ledger", "/api/projects", "/api/export", "/api/config"]
)
def test_looking_around_creates_nothing(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert not answer.cookies
    assert (User.objects.count(), Session.objects.count()) == (0, 0)


def test_without_a_session_nobody_is_me(client: Client) -> None:
    assert client.get("/api/me").status_code == 401


def test_a_guest_is_told_who_they_are(guest: Client, user_id: str) -> None:
    assert guest.get("/api/me").json() == {"id": user_id, "is_guest": True, "email": None}


def test_a_session_is_not_written_again_on_the_same_day(
    guest: Client, django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(
        2
    ):  # the session, and whether its user was closed: all `default` has to do
        answer = guest.get("/api/wallet")
    assert not answer.cookies


def test_a_session_is_renewed_after_a_day(guest: Client) -> None:
    session = guest.session
    session["renewed_at"] -= RENEWAL_SECONDS + 1
    session.save()
    answer = guest.get("/api/wallet")
    assert answer.cookies["session"]["max-age"] == 400 * 24 * 3600
    assert guest.session["renewed_at"] == pytest.approx(time.time(), abs=60)
    assert not guest.get("/api/wallet").cookies


def test_a_deleted_session_opens_nothing(guest: Client) -> None:
    Session.objects.all().delete()
    assert guest.get("/api/me").status_code == 401
    assert guest.get("/api/wallet").json()["balance_cents"] == 0


def test_a_closed_user_opens_nothing(guest: Client, user_id: str) -> None:
    give(user_id, 50)
    User.objects.filter(pk=user_id).update(is_active=False)
    assert guest.get("/api/me").status_code == 401
    assert guest.get("/api/wallet").json()["balance_cents"] == 0
    spent = guest.post("/api/debit", {"job_id": "j", "cost_cents": 1}, content_type="application/json")
    assert (spent.status_code, balance_of(user_id)) == (402, 50)


def test_a_user_lost_with_an_older_default_is_not_closed(guest: Client, user_id: str) -> None:
    give(user_id, 50)
    User.objects.all().delete()
    assert guest.get("/api/wallet").json()["balance_cents"] == 50


def test_the_cookie_is_closed_to_scripts_and_other_sites(guest: Client) -> None:
    session = guest.session
    session["renewed_at"] = 0
    session.save()
    cookie = guest.get("/api/wallet").cookies["session"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_guest_is_not_made_again_while_stripe_is_away(client: Client) -> None:
    """Nobody listens on the sandbox's port in tests."""
    answers = [
        client.post("/api/topup", {"amount_cents": 500}, content_type="application/json") for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert (User.objects.count(), Session.objects.count()) == (1, 1)
    assert client.get("/api/me").json()["id"] == User.objects.get().id


def test_a_session_from_before_opens_its_wallet_and_can_be_ended(client: Client, user_id: str) -> None:
    """Another name of the store's class would change what signs it, and every guest would lose their money."""
    import importlib

    from django.apps import apps
    from django.contrib.sessions.backends.db import SessionStore as DjangosStore
    from django.utils import timezone

    from reelballers.sessions import end_sessions

    data = DjangosStore().encode({SESSION_KEY: user_id, "renewed_at": int(time.time())})
    Session.objects.create(
        session_key="k" * 32, session_data=data, expire_date=timezone.now() + timedelta(days=9)
    )
    client.cookies["session"] = "k" * 32
    assert client.get("/api/me").json()["id"] == user_id
    importlib.import_module("reelballers.migrations.0002_whose_session").say_whose(apps, None)
    assert end_sessions(user_id) == 1
    assert client.get("/api/me").status_code == 401
