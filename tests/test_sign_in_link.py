"""The operator's one-time link: looked at freely, used once, by a button."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from operators import sign_in_link
from reelballers.models import SignInLink, User
from reelballers.user_db import user_transaction
from wallet import ledger

pytestmark = pytest.mark.django_db


def issue(user_id: str, form_id: str = "f" * 32) -> str:
    facts = {"operator": "op@example.com", "reason": "lost phone", "form_id": form_id}
    return sign_in_link.issue(user_id=user_id, **facts)


@pytest.fixture
def path(user_id: str) -> str:
    url = issue(user_id)
    return url.removeprefix("http://localhost:8000")


def give(user_id: str, amount_cents: int) -> None:
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=amount_cents, form_id="x", actor="t", note="")


def test_looking_uses_nothing_up(client: Client, path: str) -> None:
    for _ in range(3):
        answer = client.get(path)
        assert (answer.status_code, bool(answer.cookies.get("session"))) == (200, False)
    assert client.get("/api/me").status_code == 401


def test_the_button_signs_the_browser_in_once(client: Client, path: str, user_id: str) -> None:
    assert client.post(path).status_code == 302
    assert client.get("/api/me").json()["id"] == user_id
    other = Client()
    assert other.post(path).status_code == 410
    assert other.get("/api/me").status_code == 401


def test_another_site_cannot_press_the_button(path: str) -> None:
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403


def test_it_expires(client: Client, path: str) -> None:
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(path).status_code == 410
    assert client.post(path).status_code == 410


def test_it_warns_before_another_wallet_is_left_behind(
    client: Client, path: str, new_user: Callable[[], str]
) -> None:
    here = new_user()
    give(here, 70)
    client.force_login(User.objects.get(pk=here))
    assert "another wallet with 70 credits" in client.get(path).content.decode()


def test_it_is_never_issued_for_staff(user_id: str) -> None:
    User.objects.filter(pk=user_id).update(is_staff=True)
    with pytest.raises(sign_in_link.NotForStaff):
        issue(user_id)


def test_it_dies_when_its_wallet_becomes_staffs(client: Client, path: str, user_id: str) -> None:
    User.objects.filter(pk=user_id).update(is_staff=True)
    assert client.post(path).status_code == 410


def test_a_form_makes_one_link_of_its_wallet(user_id: str, new_user: Callable[[], str]) -> None:
    other = new_user()
    links = [issue(user_id), issue(user_id), issue(other), issue(user_id, "e" * 32)]
    assert [links.index(link) for link in links] == [0, 0, 2, 3]


def test_the_token_is_not_stored(path: str) -> None:
    assert SignInLink.objects.get().token_hash not in path


@pytest.mark.parametrize("token", ["x", "a" * 500, "%00"])
def test_an_unknown_link_is_said_to_be_dead(client: Client, token: str) -> None:
    assert client.get(f"/sign-in/{token}").status_code == 410
