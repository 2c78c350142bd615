"""Guests who never used their wallet go; everybody else stays."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from operators.user_files import never_used, tombstones
from reelballers.models import User
from reelballers.user_db import has_user_db, user_transaction
from reelballers.user_db.swap import take_away
from sandbox.testing import RunningSandbox
from tests.cast import export_jobs
from wallet import ledger
from wallet.models import Topup, Wallet
from wallet.payments import topups


def sweep(user_id: str, *, days_later: int = 31) -> bool:
    """Whether the user is still there afterwards."""
    User.objects.filter(pk=user_id).update(wallet_created_at=timezone.now() - timedelta(days=days_later))
    never_used.sweep(threading.Event())
    is_there = User.objects.filter(pk=user_id).exists()
    assert has_user_db(user_id) == is_there
    return is_there


def test_an_empty_wallet_goes_after_a_month(user_id: str) -> None:
    assert sweep(user_id, days_later=29)
    assert not sweep(user_id, days_later=31)


def test_those_who_stayed_are_not_opened_for_ever(user_id: str) -> None:
    assert sweep(user_id, days_later=38)


def freeze(user_id: str) -> None:
    with user_transaction(user_id):
        Wallet.objects.update(is_frozen=True)


def bury(user_id: str) -> None:
    tombstones.write(user_id, closing_balance_cents=0, credited_topups=set())
    take_away(user_id)


@pytest.mark.parametrize("begin", [freeze, bury])
def test_an_erasure_that_was_cut_short_is_finished(user_id: str, begin: Callable[[str], None]) -> None:
    begin(user_id)
    assert not sweep(user_id)


def give_a_cent(user_id: str) -> None:
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=1, form_id="f", actor="op", note="")


def register(user_id: str) -> None:
    User.objects.filter(pk=user_id).update(email="a@example.com")


def keep_a_note(user_id: str) -> None:
    """Another feature of the editor, with a table of its own in the file."""
    with user_transaction(user_id) as file, file.cursor() as cursor:
        cursor.execute("CREATE TABLE notes (body TEXT)")
        cursor.execute("INSERT INTO notes VALUES ('left corner, every time')")


@pytest.mark.parametrize("use", [give_a_cent, register, export_jobs.add_project, keep_a_note])
def test_a_wallet_that_was_used_stays(user_id: str, use: Callable[[str], object]) -> None:
    use(user_id)
    assert sweep(user_id)


def test_a_payment_that_may_still_come_keeps_it(user_id: str, sandbox: RunningSandbox) -> None:
    topup = topups.start_topup(user_id=user_id, amount_cents=500)
    assert sweep(user_id)
    with user_transaction(user_id):
        Topup.objects.filter(pk=topup.id).update(status=Topup.Status.EXPIRED)
    assert not sweep(user_id)
