"""Killed at any step, no event is without its letter, and a letter sent twice has one Message-ID."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from mail import outbox
from mail.kinds import letter
from mail.letters import Letter
from mail.models import OutboxLetter
from mail.shared.models import LetterDue
from reelballers.models import User
from reelballers.user_db import user_db, user_transaction

pytestmark = pytest.mark.django_db(transaction=True)


class Killed(BaseException):
    pass


@letter("test")
def words(facts):
    return Letter(subject=facts["what"], paragraphs=("Hello.",))


@pytest.fixture
def anna(user_id):
    User.objects.filter(pk=user_id).update(email="anna@example.com", is_guest=False)
    return user_id


def tell(user_id, what="one", killed_at=""):
    with outbox.following(user_id) as letters:
        if killed_at == "before":
            raise Killed
        with user_transaction(user_id):
            letters.put("test", cause=what, facts={"what": what})
            if killed_at == "within":
                raise Killed
        if killed_at == "after":
            raise Killed


def due_now(age=timedelta()):
    now = timezone.now()
    LetterDue.objects.update(next_attempt_at=now)
    if age:
        LetterDue.objects.update(created_at=now - age)
    return outbox.send_due()


def subjects(mailbox):
    return [mail["subject"] for mail in mailbox.look("mails")]


def test_a_letter_is_sent_once(anna, mailbox):
    tell(anna)
    assert (due_now(), due_now()) == (1, 0)
    assert subjects(mailbox) == ["one"]


def test_the_same_cause_is_one_letter(anna, mailbox):
    tell(anna)
    tell(anna)
    assert LetterDue.objects.count() == 1
    due_now()
    assert subjects(mailbox) == ["one"]


def test_nothing_to_say_leaves_nothing_behind(anna):
    with outbox.following(anna):
        pass
    assert LetterDue.objects.count() == 0


def test_who_has_no_address_wakes_nobody(user_id, mailbox):
    tell(user_id)
    assert LetterDue.objects.count() == 0
    with user_db(user_id):
        assert OutboxLetter.objects.count() == 0


@pytest.mark.parametrize("killed_at", ["before", "within"])
def test_a_letter_that_never_came_is_buried_and_cannot_come_late(anna, mailbox, killed_at):
    with pytest.raises(Killed):
        tell(anna, killed_at=killed_at)
    assert due_now() == 0
    (row,) = LetterDue.objects.all()
    assert due_now(age=outbox.NEVER_CAME + timedelta(seconds=1)) == 1
    with pytest.raises(Exception, match="UNIQUE"), user_transaction(anna):
        outbox.Letters(row.id).put("test", cause="one", facts={})
    tell(anna)
    due_now()
    assert subjects(mailbox) == ["one"]


def test_killed_after_the_commit_it_is_sent(anna, mailbox):
    with pytest.raises(Killed):
        tell(anna, killed_at="after")
    due_now()
    assert subjects(mailbox) == ["one"]


def test_a_mailer_killed_again_and_again_loses_nothing(anna, mailbox, monkeypatch):
    dice, kills = random.Random(7), 0

    def deadly(function):
        def run(*arguments, **named):
            if kills < 200 and dice.random() < 0.5:
                raise Killed
            done = function(*arguments, **named)
            if kills < 200 and dice.random() < 0.5:
                raise Killed
            return done

        return run

    for name in ("send", "_end", "_deliver"):
        monkeypatch.setattr(outbox, name, deadly(getattr(outbox, name)))
    told = [f"event {number}" for number in range(25)]
    for what in told:
        tell(anna, what)
    while LetterDue.objects.exists():
        try:
            due_now()
        except Killed:
            kills += 1
    mails = mailbox.look("mails")
    assert kills >= 25
    assert {mail["subject"] for mail in mails} == set(told)
    assert len({(mail["subject"], mail["message_id"]) for mail in mails}) == len(told)


def test_a_refused_letter_is_not_tried_again(anna, mailbox):
    tell(anna)
    mailbox.control("faults", path="/emails", status=422)
    assert (due_now(), due_now()) == (1, 0)
    with user_db(anna):
        assert OutboxLetter.objects.get().end == "refused: HTTP 422"
