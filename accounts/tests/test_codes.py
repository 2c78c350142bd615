"""Codes: six digits, ten minutes, five guesses, one use, the same answer for everybody."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from accounts.shared.models import Code
from reelballers.models import Session, User

pytestmark = pytest.mark.django_db(transaction=True)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_asking_makes_no_session_no_user_and_no_cookie(ask, client, mailbox):
    answer = ask(client)
    assert answer.status_code == 200
    assert answer.json().keys() == {"code_id", "expires_in_seconds", "resend_after_seconds"}
    assert not answer.cookies
    assert (User.objects.count(), Session.objects.count()) == (0, 0)
    assert mailbox.look("mails")[0]["to"] == ["anna@example.com"]


def test_the_answer_is_the_same_for_a_known_address(ask, client, mailbox):
    User.objects.create_user("anna@example.com", is_guest=False)
    known, unknown = ask(client).json(), ask(client, "ben@example.com").json()
    assert {**known, "code_id": ""} == {**unknown, "code_id": ""}
    first, second = mailbox.look("mails")
    assert first["subject"][6:] == second["subject"][6:]


def test_only_the_hmac_of_a_code_is_kept(ask, client, code_in):
    ask(client)
    row = Code.objects.values().get()
    assert code_in() not in [str(value) for value in row.values()]


def test_a_code_works_once(ask, confirm, client, code_in):
    code_id = ask(client).json()["code_id"]
    assert confirm(client, code_id, code_in()).status_code == 200
    assert confirm(Client(), code_id, code_in()).status_code == 400


def test_a_code_may_be_typed_with_a_space(ask, confirm, client, code_in):
    code_id = ask(client).json()["code_id"]
    assert confirm(client, code_id, f"{code_in()[:3]} {code_in()[3:]}").status_code == 200


def test_a_wrong_old_or_foreign_code_is_refused_alike(ask, confirm, client, code_in):
    code_id = ask(client).json()["code_id"]
    other_id = ask(client, "ben@example.com").json()["code_id"]
    refusals = [
        confirm(client, code_id, wrong(code_in())),
        confirm(client, code_id, code_in()),  # ben's
        confirm(client, "0" * 32, code_in()),
        confirm(client, other_id, "abc"),
    ]
    Code.objects.update(created_at=timezone.now() - timedelta(minutes=10, seconds=1))
    refusals.append(confirm(client, other_id, code_in()))
    assert {answer.status_code for answer in refusals} == {400}
    assert len({answer.content for answer in refusals}) == 1
    assert "session" not in client.cookies


def test_the_sixth_guess_is_not_looked_at(ask, confirm, client, code_in):
    code_id = ask(client).json()["code_id"]
    for _ in range(5):
        confirm(client, code_id, wrong(code_in()))
    assert confirm(client, code_id, code_in()).status_code == 400
    assert Code.objects.get().guesses == 5


def test_guesses_that_come_together_are_five_all_the_same(ask, confirm, client, code_in):
    code_id = ask(client).json()["code_id"]
    code = code_in()

    def guess():
        try:
            confirm(Client(), code_id, wrong(code))
        finally:
            connections.close_all()

    threads = [Thread(target=guess) for _ in range(24)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert Code.objects.get().guesses == 5
    assert confirm(client, code_id, code).status_code == 400


@pytest.mark.parametrize(
    "email",
    [
        *("", "anna", "anna@", "a@b\n.com", "anna@example.com\r\nBcc: x@y.z", "anna@example.com\x00"),
        *("\u212aay@example.com", "\u0430nna@example.com", "anna@ex\u00e4mple.com"),
        *("a" * 10_000 + "@example.com", 5, None, ["a@b.c"]),
    ],
)
def test_what_is_no_address_is_refused(ask, client, mailbox, email):
    answer = ask(client, email)
    assert answer.status_code == 400
    assert "email" in answer.json()
    assert mailbox.look("mails") == []


@pytest.mark.parametrize("fault", [{"status": 500}, {"reset": True}])
def test_mail_away_is_said(ask, client, mailbox, fault):
    mailbox.control("faults", path="/emails", **fault)
    answer = ask(client)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    mailbox.control("faults/reset")
    assert ask(client).status_code == 200


def test_an_operator_gets_no_code(ask, client, mailbox):
    User.objects.create_superuser("op@example.com", "a long enough secret")
    assert ask(client, "Op@Example.com").status_code == 200
    assert "/admin/" in mailbox.look("mails")[0]["text"]


def test_old_codes_are_pruned(ask, client):
    from accounts.codes import prune

    ask(client)
    Code.objects.update(created_at=timezone.now() - timedelta(days=2))
    prune()
    assert Code.objects.count() == 0


@pytest.fixture
def limited(settings):
    settings.THROTTLES = True


def age_codes(seconds):
    for row in Code.objects.all():
        Code.objects.filter(pk=row.pk).update(created_at=row.created_at - timedelta(seconds=seconds))


def test_an_address_waits_between_codes_and_has_five_an_hour(limited, ask, mailbox):
    ask(Client())
    hurried = ask(Client())
    assert hurried.status_code == 429
    assert 0 < int(hurried["Retry-After"]) <= 31
    for _ in range(4):
        age_codes(31)
        assert ask(Client()).status_code == 200
    age_codes(31)
    late = ask(Client())
    assert late.status_code == 429
    assert 3000 < int(late["Retry-After"]) <= 3600
    assert len(mailbox.look("mails")) == 5


def test_a_stranger_does_not_lock_an_owner_out(limited, ask, enter, client):
    enter(client)
    client.post("/api/account/sign-out")
    for _ in range(8):
        ask(Client())
        age_codes(31)
    assert ask(Client()).status_code == 429
    assert ask(client).status_code == 200


def test_a_network_has_a_budget_over_all_addresses(limited, ask):
    answers = [ask(Client(), f"a{number}@example.com", REMOTE_ADDR="2001:db8::1") for number in range(30)]
    assert {answer.status_code for answer in answers} == {200}
    assert ask(Client(), "z@example.com", REMOTE_ADDR="2001:db8::ffff").status_code == 429
    assert ask(Client(), "z@example.com", REMOTE_ADDR="2001:db8:0:1::1").status_code == 200
