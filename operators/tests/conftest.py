"""Operators of each role, and a payment to work on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from operators.models import OperatorAct
from reelballers.models import User
from tests.cast.payments import open_topup, paid
from wallet.payments.fulfil import fulfil
from wallet.tests.conftest import operator, seeded, stand_in, stripe_at  # noqa: F401


@pytest.fixture
def staff(db: None) -> Callable[..., Client]:
    """`staff("support")` is a browser signed in to the admin in that role."""

    def sign_in(role: str, email: str = "") -> Client:
        user = User.objects.create_user(email or f"{role}@example.com", is_staff=True, is_guest=False)
        user.groups.add(Group.objects.get(name=role))
        browser = Client()
        browser.force_login(user)
        return browser

    return sign_in


@pytest.fixture
def owner(staff: Callable[..., Client]) -> Client:
    return staff("owner")


@pytest.fixture
def bought(user_id: str) -> dict[str, Any]:
    """A wallet with one payment of 500: its session."""
    session = paid(open_topup(user_id))
    fulfil(session)
    return session


def draft(browser: Client, user_id: str, kind: str, **fields: Any) -> Any:
    """Sends a draft; the answer redirects to the act's page."""
    facts = {"kind": kind, "reason": "asked nicely", **fields}
    return browser.post(f"/admin/wallets/{user_id}/acts", facts)


def act_of(answer: Any) -> OperatorAct:
    return OperatorAct.objects.get(pk=answer["Location"].rsplit("/", 1)[1])


def do(browser: Client, user_id: str, kind: str, **fields: Any) -> OperatorAct:
    """Draft, page, confirmation, as an operator presses them."""
    answer = draft(browser, user_id, kind, **fields)
    assert answer.status_code == 302, answer.content.decode()
    assert browser.get(answer["Location"]).status_code == 200
    assert browser.post(answer["Location"])["Location"] == answer["Location"]
    return act_of(answer)
