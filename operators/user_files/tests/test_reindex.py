"""`default` lost, or restored older: what derives from users' files comes back, row for row."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from exports.models import ExportJob
from exports.shared.models import JobSummary, OpenJob
from operators.user_files import tombstones
from reelballers.models import User
from reelballers.user_db import pool as pools
from reelballers.user_db import user_db_path, user_transaction
from reelballers.user_db.reindex import claims_of, write_missing
from tests.cast.payments import open_topup, paid
from tests.damage import damage_page
from wallet import ledger
from wallet.models import INTENT, Reversal, Topup
from wallet.payments import decisions
from wallet.payments.fulfil import fulfil
from wallet.shared.models import OpenRefund, PaymentIndex, UnmatchedPayment

DERIVED = (PaymentIndex, OpenJob, JobSummary, OpenRefund)


def reindex(*user_ids: str) -> str:
    out = StringIO()
    call_command("user_db", "reindex", *user_ids, stdout=out)
    return out.getvalue()


def rows() -> dict[str, list[dict[str, Any]]]:
    found = {model.__name__: list(model.objects.order_by("pk").values()) for model in DERIVED}
    for row in found["OpenRefund"]:
        row.pop("next_attempt_at")  # the worker's plan, made anew
    return found


@pytest.fixture
def lives(new_user: Callable[[], str]) -> list[str]:
    """Three users with a paid, an open and a never answered top-up, an open and a failed job, an open refund."""
    user_ids = [new_user() for _ in range(3)]
    for number, user_id in enumerate(user_ids):
        _live(number, user_id)
    reindex()
    return user_ids


def _live(number: int, user_id: str) -> None:
    now = timezone.now()
    with user_transaction(user_id):
        paid = {"paid_cents": 500, "paid_at": now, "payment_intent_id": f"pi_{number}", "status": "paid"}
        for name, facts in (("a", paid), ("b", {"status": "open"})):
            Topup(
                id=f"{name}{number}",
                session_id=f"cs_{name}{number}",
                credits=500,
                livemode=False,
                created_at=now,
                **facts,
            ).save(force_insert=True)
        Topup(id=f"c{number}", credits=500, livemode=False, created_at=now).save(force_insert=True)
        ledger.credit_topup(session_id=f"cs_a{number}", credits_cents=500, payment_id=f"pi_{number}")
        form_id = f"form{number}"
        Reversal(
            id=f"intent:{form_id}",
            form_id=form_id,
            topup_id=f"a{number}",
            kind="refund",
            amount_cents=1,
            status=INTENT,
            created_at=now,
            updated_at=now,
        ).save(force_insert=True)
        for state in ("running", "failed", "aborted"):
            job_id = f"{state}{number}"
            job = ExportJob(
                id=job_id, project_id="p", project_name="", type="framing", params={}, state=state
            )
            job.cost_cents, job.price_version, job.sold_duration_ms, job.created_at = 5, "1", 1, now
            job.idempotency_hash = job.request_hash = ""
            if state != "running":
                job.finished_at = now
            if state != "aborted":
                ledger.debit(job_id=job_id, cost_cents=5)
            if state == "failed":
                ledger.refund_rest(job_id=job_id)
            job.save(force_insert=True)


def test_everything_that_derives_from_files_comes_back(lives: list[str]) -> None:
    before = rows()
    assert {name: len(found) for name, found in before.items()} == {
        "PaymentIndex": 6,
        "OpenJob": 3,
        "JobSummary": 3,
        "OpenRefund": 3,
    }
    for model in (*DERIVED, User):
        model.objects.all().delete()
    said = reindex()
    assert rows() == before
    assert sorted(User.objects.values_list("id", flat=True)) == sorted(lives)
    assert User.objects.filter(is_guest=True, wallet_created_at__isnull=False).count() == 3
    assert "3 users" in said


def test_running_again_writes_nothing(lives: list[str]) -> None:
    assert reindex() == "reindexed 3 files: nothing was missing\n"


def test_what_is_there_is_left_as_it_is(lives: list[str]) -> None:
    User.objects.filter(pk=lives[0]).update(email="anna@example.com", is_guest=False)
    PaymentIndex.objects.filter(pk="cs_a0").update(charge_id="ch_known")
    reindex()
    assert User.objects.get(pk=lives[0]).email == "anna@example.com"
    assert PaymentIndex.objects.get(pk="cs_a0").charge_id == "ch_known"


def test_a_user_older_than_the_registry_is_known_again(lives: list[str]) -> None:
    """`default` was restored from before this user's first wallet."""
    User.objects.filter(pk=lives[1]).update(wallet_created_at=None)
    reindex(lives[1])
    assert User.objects.get(pk=lives[1]).wallet_created_at is not None


def test_an_erased_users_payments_come_back_as_erased(lives: list[str]) -> None:
    tombstones.write(lives[0], closing_balance_cents=1, credited_topups={"a0"})
    user_db_path(lives[0]).unlink()
    PaymentIndex.objects.all().delete()
    reindex()
    assert PaymentIndex.objects.get(pk="cs_a0").erased_at is not None
    assert PaymentIndex.objects.get(pk="cs_a1").erased_at is None


def test_one_bad_tombstone_stops_nobody(lives: list[str]) -> None:
    """It was signed with a key that is gone."""
    tombstones.path_of(lives[0]).write_text("{}")
    PaymentIndex.objects.all().delete()
    with pytest.raises(CommandError, match="1 failed"):
        reindex()
    assert PaymentIndex.objects.count() == 6


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("heir", [0, -1])
def test_a_payment_given_to_another_wallet_stays_there(
    new_user: Callable[[], str], heir: int, at_once: bool
) -> None:
    """Both files name the session. Indexed to the wallet that started it, an operator could credit it twice."""
    user_ids = sorted(new_user() for _ in range(2))
    payer, owner = user_ids[heir - 1], user_ids[heir]
    session = paid(open_topup(payer)) | {"amount_subtotal": 700, "amount_total": 700}
    fulfil(session)
    decisions.credit(session_id=session["id"], user_id=owner, actor="op@example.com", reason="theirs")
    for model in (PaymentIndex, UnmatchedPayment):
        model.objects.all().delete()
    for arguments in [()] if at_once else [(user_id,) for user_id in user_ids]:
        reindex(*arguments)
    assert PaymentIndex.objects.get().user_id == owner
    assert fulfil(session) == "applied"
    case = UnmatchedPayment.objects.get()
    assert (case.state, case.decided_by, case.reason) == ("credited", "op@example.com", "theirs")


def test_only_writing_corrects_whose_a_payment_is(lives: list[str]) -> None:
    stranger = {"user_id": lives[1], "topup_id": "theirs", "erased_at": timezone.now()}
    PaymentIndex.objects.filter(pk="cs_a0").update(**stranger)
    User.objects.filter(pk=lives[0]).update(wallet_created_at=None)
    found = claims_of(lives[0])
    assert User.objects.get(pk=lives[0]).wallet_created_at is None
    assert PaymentIndex.objects.get(pk="cs_a0").user_id == lives[1]
    assert write_missing(found)["payments"] == 1
    row = PaymentIndex.objects.get(pk="cs_a0")
    assert (row.user_id, row.topup_id, row.erased_at) == (lives[0], "a0", None)


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _with_a_damaged_page(path: Path) -> None:
    damage_page(path, "topups")


@pytest.mark.parametrize("spoil", [_emptied, _with_a_damaged_page])
def test_one_bad_file_stops_nobody(lives: list[str], spoil: Callable[[Path], None]) -> None:
    pools.pool.close_idle()
    spoil(user_db_path(lives[0]))
    PaymentIndex.objects.all().delete()
    with pytest.raises(CommandError, match="1 failed"):
        reindex()
    assert PaymentIndex.objects.count() == 4
