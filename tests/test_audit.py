"""`manage.py audit` says ok of an honest wallet and finds each kind of tampering."""

import secrets
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from exports.models import ExportJob, State
from exports.shared.models import OpenJob
from operators.management.commands import audit as audit_command
from operators.user_files import audit as audit_of_one
from reelballers.user_db import user_db, user_db_path, user_transaction
from wallet import ledger
from wallet.models import Topup
from wallet.shared.models import PaymentIndex

pytestmark = pytest.mark.django_db


def audit(*arguments: str) -> str:
    out = StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue()


def faults(*arguments: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError, match="faults"):
        call_command("audit", *arguments, stdout=out)
    return out.getvalue()


def job_row(state: str, cost_cents: int) -> ExportJob:
    return ExportJob(
        project_id="p",
        project_name="Clip",
        type="framing",
        params={},
        state=state,
        cost_cents=cost_cents,
        price_version="t",
        sold_duration_ms=1000,
        output_path="out" if state == State.SUCCEEDED else None,
        created_at=timezone.now(),
        finished_at=None if state in {"debited", "running"} else timezone.now(),
        idempotency_hash="",
        request_hash="",
    )


@pytest.fixture
def busy_user(user_id: str) -> str:
    """Bought 500, spent 5 each on a succeeded, a failed and a running job, lost 100 to a partial refund."""
    with user_transaction(user_id):
        topup = Topup(
            credits=500,
            livemode=False,
            session_id="cs_1",
            payment_intent_id="pi_1",
            status="paid",
            paid_cents=500,
            created_at=timezone.now(),
            paid_at=timezone.now(),
        )
        ledger.credit_topup(session_id="cs_1", credits_cents=500, payment_id="pi_1")
        topup.taken_cents, topup.settled_count = 100, 1
        topup.save(force_insert=True)
        ledger.settle_reversal(
            topup_id=topup.id, number=1, change_cents=-100, payment_id="pi_1", actor="stripe", note="re_1"
        )
        for state in (State.SUCCEEDED, State.FAILED, State.RUNNING):
            job = job_row(state, 5)
            ledger.debit(job_id=job.id, cost_cents=5)
            job.save(force_insert=True)
            if state == State.FAILED:
                ledger.refund_rest(job_id=job.id)
    OpenJob.objects.create(job_id=job.id, user_id=user_id)
    PaymentIndex.objects.create(
        session_id="cs_1",
        payment_intent_id="pi_1",
        topup_id=topup.id,
        user_id=user_id,
        amount_cents=500,
        livemode=False,
    )
    return user_id


def test_it_says_ok_of_an_honest_wallet(busy_user: str) -> None:
    assert audit() == "audit: ok (1 wallets, 6 lines)\n"


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        (
            "DROP TRIGGER wallet_balance_is_the_ledgers; UPDATE wallet SET balance_cents = 9999",
            "the ledger's sum 390",
        ),
        (
            "DROP TRIGGER ledger_refuses_update; UPDATE ledger SET note = 'x' WHERE id = 3",
            "chain breaks at line 3",
        ),
        ("DROP TRIGGER ledger_refuses_delete; DELETE FROM ledger WHERE id = 2", "line 3 says 395 after it"),
        (
            "DROP TRIGGER ledger_refuses_update; UPDATE ledger SET balance_after_cents = 1 WHERE id = 2",
            "line 2 says 1 after it, the sum is 400",
        ),
        ("DROP TRIGGER debit_keeps_its_cost; UPDATE debits SET cost_cents = 6", "the debits row says 6"),
        ("UPDATE debits SET refunded_cents = 1 WHERE refunded_cents = 0", "the debits row says 5 and 1"),
        ("UPDATE topups SET status = 'open', session_id = 'cs_1'", "credited 500, paid top-ups say 0"),
        ("UPDATE topups SET credits = 600", "paid top-ups say 600"),
        ("UPDATE topups SET taken_cents = 0", "taken back"),
        ("UPDATE export_jobs SET cost_cents = 4 WHERE state = 'succeeded'", "costs 4 but took 5"),
        (
            "UPDATE export_jobs SET state = 'cancelled', finished_at = created_at WHERE state = 'succeeded'",
            "cancelled, took 5 and returned 0",
        ),
        ("UPDATE export_jobs SET state = 'aborted' WHERE state = 'succeeded'", "was aborted but took 5"),
        ("PRAGMA user_version = 1", "migrate_users"),
    ],
)
def test_it_finds_what_was_tampered_with(busy_user: str, tampering: str, found: str) -> None:
    with user_db(busy_user) as alias:
        from django.db import connections

        for statement in tampering.split("; "):
            connections[alias].connection.execute(statement)
    report = faults()
    assert found in report
    assert busy_user in report


def test_it_finds_index_rows_that_are_not_there(busy_user: str) -> None:
    OpenJob.objects.all().delete()
    PaymentIndex.objects.all().delete()
    report = faults()
    assert "is open but no worker knows of it" in report
    assert "not in the payment index" in report


def test_it_finds_index_rows_that_should_be_gone(busy_user: str) -> None:
    long_ago = timezone.now() - timezone.timedelta(hours=1)
    OpenJob.objects.create(job_id="ghost", user_id=busy_user)
    OpenJob.objects.update(created_at=long_ago)
    assert "ghost has no job" in faults("--user", busy_user)


def test_it_finds_a_known_user_without_a_file(busy_user: str, new_user: Callable[[], str]) -> None:
    lost = new_user()
    user_db_path(lost).unlink()
    assert f"{lost}: there is no file" in faults()
    assert "ok" in audit("--user", busy_user)


def test_who_is_erased_meanwhile_is_nobodys_fault(
    busy_user: str, new_user: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the list of all files and the look into this one."""
    gone = new_user()
    user_db_path(gone).unlink()
    monkeypatch.setattr(audit_of_one, "has_user_db", lambda user_id: True)
    monkeypatch.setattr(audit_command, "all_user_ids", lambda: [gone, busy_user])
    assert audit().startswith("audit: ok (1 wallets")


def test_it_finds_a_damaged_file(busy_user: str) -> None:
    from reelballers.user_db import pool as pools

    pools.pool.close_idle()
    with user_db_path(busy_user).open("r+b") as file:
        file.seek(4096 * 3)
        file.write(secrets.token_bytes(4096))
    assert "the file " in faults()


def test_it_writes_nothing(busy_user: str) -> None:
    from reelballers.user_db import pool as pools

    pools.pool.close_idle()
    before = user_db_path(busy_user).read_bytes()
    audit()
    assert user_db_path(busy_user).read_bytes() == before
    assert [path.name for path in user_db_path(busy_user).parent.iterdir()] == ["user.sqlite3"]


def test_it_refuses_what_is_not_an_id(db: None) -> None:
    with pytest.raises(CommandError, match="not a user id"):
        call_command("audit", "--user", "../x")
