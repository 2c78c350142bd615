"""Keep a guest's wallet, sign in elsewhere, and what this browser leaves aside."""

import pytest
from django.test import Client

from accounts.models import Account
from operators import sign_in_link
from reelballers.models import SignInLink, User
from reelballers.user_db import user_db
from tests.cast.payments import balance_of, give

pytestmark = pytest.mark.django_db(transaction=True)


def me(browser):
    return browser.get("/api/me").json()


def balance_seen(browser):
    return browser.get("/api/wallet").json()["balance_cents"]


@pytest.fixture
def phone(user_id, visit):
    """A guest's browser, 500 credits."""
    give(user_id, 500)
    return visit(user_id)


def test_a_guest_keeps_the_same_wallet_by_an_address(phone, user_id, enter):
    answer = enter(phone, "Anna@Example.com")
    assert answer == {
        "user": {"id": user_id, "is_guest": False, "email": "anna@example.com"},
        "how": "claimed",
        "left_wallet": None,
    }
    assert me(phone) == answer["user"]
    assert balance_seen(phone) == balance_of(user_id) == 500
    with user_db(user_id):
        assert Account.objects.get().email == "anna@example.com"


def test_a_claim_ends_the_guests_other_sessions_and_links(phone, user_id, enter, visit):
    elsewhere = visit(user_id)
    sign_in_link.issue(user_id=user_id, operator="op", reason="", form_id="f")
    enter(phone)
    assert elsewhere.get("/api/me").status_code == 401
    assert SignInLink.objects.count() == 0
    assert balance_seen(phone) == 500


def test_the_account_is_found_again_from_another_browser(phone, user_id, enter):
    enter(phone)
    laptop = Client()
    answer = enter(laptop)
    assert (answer["how"], answer["user"]["id"], answer["left_wallet"]) == ("signed_in", user_id, None)
    assert balance_seen(laptop) == balance_seen(phone) == 500


def test_a_new_address_without_a_wallet_makes_an_account(client, enter):
    answer = enter(client)
    assert (answer["how"], answer["user"]["is_guest"]) == ("created", False)
    assert balance_seen(client) == 0


def test_signing_in_leaves_the_guests_wallet_aside(phone, enter, new_user, visit):
    account = new_user()
    give(account, 300)
    enter(visit(account))
    answer = enter(phone)
    assert answer["left_wallet"] == {"balance_cents": 500, "clips": 0, "open_jobs": 0}
    assert balance_seen(phone) == 300


def test_an_empty_guest_leaves_nothing_to_ask_about(enter, new_user, visit):
    enter(Client())
    assert enter(visit(new_user()))["left_wallet"] is None


def test_the_browser_is_the_guest_again_after_signing_out(phone, user_id, enter):
    enter(Client())
    enter(phone)
    assert phone.post("/api/account/sign-out").status_code == 204
    assert me(phone)["id"] == user_id
    assert balance_seen(phone) == 500
    assert not phone.cookies["left-session"].value


def test_the_browser_is_the_guest_again_when_the_session_is_ended_from_elsewhere(phone, user_id, enter):
    laptop = Client()
    enter(laptop)
    enter(phone)
    assert laptop.delete("/api/account/sessions").json() == {"ended": 1}
    assert me(phone)["id"] == user_id
    assert me(phone)["id"] == user_id


def test_proving_again_does_not_touch_what_was_left_aside(phone, user_id, enter):
    enter(Client())
    enter(phone)
    assert enter(phone)["left_wallet"]["balance_cents"] == 500
    phone.post("/api/account/sign-out")
    assert me(phone)["id"] == user_id


def test_a_browser_that_left_nothing_is_nobody_after_signing_out(client, enter):
    enter(client)
    client.post("/api/account/sign-out")
    assert client.get("/api/me").status_code == 401
    assert not client.cookies["session"].value


def test_an_operators_address_opens_nothing_here(ask, confirm, client, mailbox):
    from accounts.codes import _hmac
    from accounts.shared.models import Code

    User.objects.create_superuser("op@example.com", "a long enough secret")
    code_id = ask(client, "op@example.com").json()["code_id"]
    Code.objects.update(hmac=_hmac(code_id, "123456"))
    assert confirm(client, code_id, "123456").status_code == 400
    assert client.get("/api/me").status_code == 401


def test_two_tabs_that_confirm_the_same_code_do_it_once(phone, ask, confirm, code_in):
    code_id = ask(phone).json()["code_id"]
    code = code_in()
    first, second = confirm(phone, code_id, code), confirm(phone, code_id, code)
    assert (first.status_code, second.status_code) == (200, 400)
    assert balance_seen(phone) == 500


def test_one_address_is_one_account(phone, enter, new_user, visit):
    """Of two guests that prove the same address the second signs in to the first's."""
    first = enter(phone)
    second = enter(visit(new_user()))
    assert (first["how"], second["how"]) == ("claimed", "signed_in")
    assert User.objects.filter(email="anna@example.com").count() == 1


def test_devices_are_listed_and_ended_one_by_one(phone, enter):
    enter(phone)
    laptop = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"})
    enter(laptop)
    listed = laptop.get("/api/account/sessions").json()
    assert [(row["device"], row["is_this"]) for row in listed if row["is_this"]] == [
        ("Chrome on Windows", True)
    ]
    assert len(listed) == 2
    other = next(row["id"] for row in listed if not row["is_this"])
    assert Client().delete(f"/api/account/sessions/{other}").status_code == 401
    assert laptop.delete(f"/api/account/sessions/{other}").status_code == 204
    assert laptop.delete(f"/api/account/sessions/{other}").status_code == 404
    assert phone.get("/api/me").status_code == 401
    assert me(laptop)["email"] == "anna@example.com"


def test_nobodys_sessions_cannot_be_listed(client, db):
    assert client.get("/api/account/sessions").status_code == 401


def change(browser, ask, code_in, email):
    code_id = ask(browser, email).json()["code_id"]
    body = {"code_id": code_id, "code": code_in()}
    return browser.post("/api/account/email", body, content_type="application/json")


def test_an_account_moves_to_another_address_and_the_old_one_is_told(
    phone, user_id, enter, ask, code_in, mailbox
):
    from django.utils import timezone

    from mail import outbox
    from mail.shared.models import LetterDue

    enter(phone)
    assert change(phone, ask, code_in, "new@example.com").json()["email"] == "new@example.com"
    with user_db(user_id):
        assert Account.objects.get().email == "new@example.com"
    LetterDue.objects.update(next_attempt_at=timezone.now())
    outbox.send_due()
    told = mailbox.look("mails")[0]
    assert (told["to"], "n…@example.com" in told["text"]) == (["anna@example.com"], True)
    assert enter(Client(), "new@example.com")["user"]["id"] == user_id
    assert enter(Client(), "anna@example.com")["how"] == "created"


def test_a_taken_address_an_old_proof_and_a_guest_change_nothing(
    phone, user_id, enter, ask, code_in, new_user, visit
):
    from reelballers.sessions import PROVED_AT

    enter(Client(), "ben@example.com")
    enter(phone)
    assert change(phone, ask, code_in, "ben@example.com").status_code == 409
    session = phone.session
    session[PROVED_AT] -= 601
    session.save()
    assert change(phone, ask, code_in, "new@example.com").status_code == 403
    assert change(visit(new_user()), ask, code_in, "new@example.com").status_code == 403
    assert User.objects.get(pk=user_id).email == "anna@example.com"


def test_an_accounts_first_wallet_learns_its_address(client, enter):
    from accounts.entering import note_in_files
    from reelballers.visitors import _open_first_wallet

    user_id = enter(client)["user"]["id"]
    _open_first_wallet(user_id)
    note_in_files()
    with user_db(user_id):
        assert Account.objects.get().email == "anna@example.com"


def test_an_address_that_an_operator_typed_in_capitals_is_found(new_user, enter):
    user = User.objects.get(pk=new_user())
    user.email, user.is_guest = "Anna@Example.COM", False
    user.save()
    assert enter(Client())["user"] == {"id": user.id, "is_guest": False, "email": "anna@example.com"}
