"""An erased user is gone, and what Stripe says later about the payments waits for an operator."""

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from exports.clips.media import user_prefix
from exports.models import ExportJob
from exports.shared.models import JobSummary, OpenJob
from operators.user_files import tombstones
from reelballers.models import User
from reelballers.user_db import has_user_db, swap, user_db_path, user_directory, user_transaction
from reelballers.user_db.errors import UserDatabaseReplaced
from sandbox.testing import RunningSandbox
from wallet import ledger
from wallet.payments import fulfil, topups
from wallet.shared.models import PaymentIndex, UnmatchedPayment
from wallet.stripe import api as stripe_api


def erase(user_id: str) -> str:
    out = StringIO()
    call_command("user_db", "erase", user_id, "--yes", stdout=out)
    return out.getvalue()


def test_nothing_is_left_but_the_tombstone_and_the_payments(user_id: str, buy: Callable[..., str]) -> None:
    session_id = buy(user_id, 500)
    name = default_storage.save(f"{user_prefix(user_id)}/projects/p/source.mp4", ContentFile(b"12345"))
    assert "the closing balance was 500 cents" in erase(user_id)
    assert not has_user_db(user_id)
    assert not default_storage.exists(name)
    assert not User.objects.filter(pk=user_id).exists()
    assert [path.name for path in user_directory(user_id).parent.iterdir()] == [f"{user_id}.erased.json"]
    facts = tombstones.read(user_id)
    assert facts is not None
    assert facts["closing_balance_cents"] == 500
    assert [payment["session_id"] for payment in facts["payments"]] == [session_id]
    assert PaymentIndex.objects.get().erased_at is not None


def test_a_case_whose_credit_the_file_has_is_settled(user_id: str, buy: Callable[..., str]) -> None:
    """Cut short between the credit and its case: without the file nobody could tell any more."""
    session_id = buy(user_id, 500)
    facts = {"state": "crediting", "decided_by": "op", "decided_for_user_id": user_id}
    UnmatchedPayment.objects.create(session_id=session_id, facts={}, decided_at=timezone.now(), **facts)
    erase(user_id)
    assert UnmatchedPayment.objects.get().state == "credited"


def test_two_erasures_side_by_side_get_over_each_other(user_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each removes what it finds in the shard, the other's folder too."""
    really_remove = shutil.rmtree

    def remove_as_another_does(folder: Path) -> None:
        (folder / "user.sqlite3").unlink(missing_ok=True)
        if not (folder / "gone").exists():
            (folder / "gone").touch()
            raise FileNotFoundError(folder / "user.sqlite3")
        really_remove(folder)

    monkeypatch.setattr(swap.shutil, "rmtree", remove_as_another_does)
    swap.take_away(user_id)
    assert list(user_directory(user_id).parent.iterdir()) == []


def test_erasing_again_changes_nothing(user_id: str, buy: Callable[..., str]) -> None:
    buy(user_id, 500)
    erase(user_id)
    assert "the closing balance was 500 cents" in erase(user_id)


def test_an_open_session_is_expired(user_id: str, sandbox: RunningSandbox) -> None:
    topup = topups.start_topup(user_id=user_id, amount_cents=500)
    erase(user_id)
    assert stripe_api.retrieve_session(str(topup.session_id))["status"] == "expired"


def test_a_payment_that_came_too_late_is_kept_for_an_operator(user_id: str, buy: Callable[..., str]) -> None:
    session_id = buy(user_id, 500, credit=False)
    erase(user_id)
    fulfil.fulfil(stripe_api.retrieve_session(session_id))
    assert UnmatchedPayment.objects.get().session_id == session_id


def test_a_payment_that_had_its_credits_is_nobodys_case(user_id: str, buy: Callable[..., str]) -> None:
    session_id = buy(user_id, 500)
    erase(user_id)
    fulfil.fulfil(stripe_api.retrieve_session(session_id))  # Stripe repeats it
    assert [row.state for row in UnmatchedPayment.objects.all()] == ["credited"]


def test_it_refuses_while_stripe_cannot_be_asked(
    user_id: str, sandbox: RunningSandbox, stripe_at: Callable[[str], None]
) -> None:
    topups.start_topup(user_id=user_id, amount_cents=500)
    stripe_at("http://127.0.0.1:9")
    with pytest.raises(CommandError, match="StripeUnavailable"):
        erase(user_id)
    assert has_user_db(user_id)


def test_open_jobs_are_stopped_and_paid_back_first(user_id: str) -> None:
    with user_transaction(user_id):
        ledger.give_bonus(amount_cents=100, form_id="f", actor="op", note="")
        ledger.debit(job_id="j1", cost_cents=30)
        ExportJob(
            id="j1",
            project_id="p",
            project_name="",
            type="framing",
            params={},
            state="debited",
            cost_cents=30,
            price_version="",
            sold_duration_ms=1,
            idempotency_hash="",
            request_hash="",
            created_at=timezone.now(),
        ).save(force_insert=True)
    OpenJob.objects.create(job_id="j1", user_id=user_id)
    assert "the closing balance was 100 cents" in erase(user_id)
    assert OpenJob.objects.count() == 0
    assert JobSummary.objects.get().state == "cancelled"


def test_somebody_in_the_middle_of_it_cannot_write(user_id: str) -> None:
    from reelballers.user_db import user_db

    with user_db(user_id):
        erase(user_id)
        with pytest.raises(UserDatabaseReplaced), user_transaction(user_id):
            pytest.fail("the block must not run")


def test_it_refuses_operators_strangers_and_the_undecided(user_id: str) -> None:
    with pytest.raises(CommandError, match="--yes"):
        call_command("user_db", "erase", user_id)
    with pytest.raises(CommandError, match="neither a file nor a tombstone"):
        erase("0" * 32)
    User.objects.filter(pk=user_id).update(is_staff=True)
    with pytest.raises(CommandError, match="operator"):
        erase(user_id)
    assert has_user_db(user_id)


def _alter(facts: str) -> str:
    return json.dumps({**json.loads(facts), "closing_balance_cents": 999_999})


@pytest.mark.parametrize("spoil", [_alter, lambda facts: facts[:-1]])
def test_an_altered_tombstone_is_noticed(user_id: str, spoil: Callable[[str], str]) -> None:
    erase(user_id)
    path = tombstones.path_of(user_id)
    path.write_text(spoil(path.read_text()))
    with pytest.raises(CommandError, match="was altered"):
        erase(user_id)


def test_an_erased_user_is_not_restored(user_id: str) -> None:
    source = user_db_path(user_id).read_bytes()
    erase(user_id)
    copy = tombstones.path_of(user_id).with_name("copy.sqlite3")
    copy.write_bytes(source)
    with pytest.raises(CommandError, match="was erased"):
        call_command("user_db", "restore", user_id, str(copy))
