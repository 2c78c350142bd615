"""The way back for a guest who lost the cookie, and for nobody else."""

from datetime import timedelta

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from accounts.shared.models import RecoverTry
from reelballers.models import Session, User
from tests.cast.payments import balance_of
from wallet.payments import topups
from wallet.payments.fulfil import fulfil
from wallet.stripe import api as stripe_api
from wallet.tests.conftest import _sandbox, sandbox, stripe_at  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _deployed_long_ago(db):
    """And put back afterwards: a test that flushes does not empty this table."""
    rows = MigrationRecorder.Migration.objects.filter(app="accounts_shared")
    before = dict(rows.values_list("pk", "applied"))
    rows.update(applied=timezone.now() - timedelta(days=30))
    yield
    for pk, applied in before.items():
        rows.filter(pk=pk).update(applied=applied)


@pytest.fixture
def lost(user_id, sandbox):  # noqa: F811
    """A guest who paid 500 as anna@example.com with a card that ends in 4242, and whom nobody sees any more."""
    topup = topups.start_topup(user_id=user_id, amount_cents=500)
    sandbox.pay(topup.session_id, email="Anna@Example.com")
    fulfil(stripe_api.retrieve_session(topup.session_id))
    return user_id


@pytest.fixture
def recover(ask, code_in):
    def recover(browser, email="anna@example.com", last4="4242", sent=None):
        code_id, code = sent or (ask(browser, email).json()["code_id"], code_in())
        body = {"code_id": code_id, "code": code, "last4": last4}
        return browser.post("/api/account/recover", body, content_type="application/json")

    return recover


def test_the_address_and_the_card_open_the_lost_wallet_and_keep_it(lost, client, recover, enter):
    answer = recover(client)
    assert (answer.status_code, answer.json()["how"], answer.json()["user"]["id"]) == (200, "claimed", lost)
    assert client.get("/api/wallet").json()["balance_cents"] == 500
    assert enter(Client())["user"]["id"] == lost


def test_a_wrong_card_does_not_use_up_the_code(lost, client, ask, code_in, recover):
    sent = (ask(client).json()["code_id"], code_in())
    assert recover(client, last4="0000", sent=sent).status_code == 404
    assert recover(client, sent=sent).status_code == 200
    assert recover(Client(), sent=sent).status_code == 400


def test_three_tries_in_thirty_days(lost, client, recover):
    answers = [recover(client, last4="0000").status_code for _ in range(4)]
    assert answers == [404, 404, 404, 429]
    assert recover(client).status_code == 429
    RecoverTry.objects.update(created_at=timezone.now() - timedelta(days=30, seconds=1))
    assert recover(client).status_code == 200


def test_the_address_alone_and_the_card_alone_open_nothing(lost, client, recover):
    assert recover(client, last4="0000").status_code == 404
    assert recover(client, "ben@example.com").status_code == 404
    assert "session" not in client.cookies


def test_a_wallet_that_was_seen_this_week_is_an_operators_to_give(lost, client, recover, visit):
    assert visit(lost).get("/api/wallet").status_code == 200
    assert recover(client).status_code == 404
    Session.objects.update(seen_at=timezone.now() - timedelta(days=8))
    assert recover(client).status_code == 200


def test_nothing_is_lost_in_the_first_week_after_the_release(lost, client, recover):
    MigrationRecorder.Migration.objects.filter(app="accounts_shared").update(applied=timezone.now())
    assert recover(client).status_code == 404


def test_a_claimed_wallet_is_never_found(lost, client, recover):
    User.objects.filter(pk=lost).update(email="ben@example.com", is_guest=False)
    assert recover(client).status_code == 404


def test_where_the_address_has_an_account_the_find_is_left_aside_beside_it(lost, client, enter, recover):
    account = enter(Client())["user"]["id"]
    answer = recover(client).json()
    assert (answer["how"], answer["user"]["id"]) == ("signed_in", account)
    assert answer["left_wallet"]["balance_cents"] == 500
    assert client.post("/api/account/merge").json() == {"balance_cents": 500}
    assert (balance_of(lost), balance_of(account)) == (0, 500)


def test_an_old_session_of_it_stays_a_week(lost, client, recover, visit):
    old = visit(lost)
    Session.objects.update(seen_at=timezone.now() - timedelta(days=8))
    recover(client)
    assert old.get("/api/me").json()["id"] == lost
    row = Session.objects.get(pk=old.cookies["session"].value)
    assert row.expire_date <= timezone.now() + timedelta(days=7)


def test_without_stripe_no_try_is_counted(lost, client, recover, sandbox):  # noqa: F811
    sandbox.control("faults", status=500)
    assert recover(client).status_code == 503
    assert RecoverTry.objects.count() == 0
