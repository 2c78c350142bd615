"""The law does not wait for a backup: a user whose file is damaged or gone can be erased too."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from exports.clips.media import user_prefix
from exports.shared.models import OpenJob
from operators.user_files import tombstones
from reelballers.models import User
from reelballers.user_db import pool as pools
from reelballers.user_db import user_db_path, user_directory
from sandbox.testing import RunningSandbox
from tests.damage import damage_page
from wallet.payments import fulfil, topups
from wallet.shared.models import PaymentIndex, UnmatchedPayment
from wallet.stripe import api as stripe_api


def erase(user_id: str, *flags: str) -> str:
    out = StringIO()
    call_command("user_db", "erase", user_id, "--yes", *flags, stdout=out)
    return out.getvalue()


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _no_database(path: Path) -> None:
    path.write_bytes(b"x" * 70_000)


def _with_a_damaged_page(path: Path) -> None:
    damage_page(path, "topups")


@pytest.fixture(params=[_emptied, _no_database, _with_a_damaged_page, Path.unlink])
def damaged(request: pytest.FixtureRequest, user_id: str, buy: Callable[..., str]) -> str:
    """A user with a payment that had its credits, an open session, an open job and a clip."""
    buy(user_id, 500)
    topups.start_topup(user_id=user_id, amount_cents=700)
    OpenJob.objects.create(job_id="j1", user_id=user_id)
    default_storage.save(f"{user_prefix(user_id)}/projects/p/source.mp4", ContentFile(b"12345"))
    pools.pool.close_idle()
    request.param(user_db_path(user_id))
    return user_id


def test_nothing_is_left_of_a_damaged_user(damaged: str, sandbox: RunningSandbox) -> None:
    with pytest.raises(CommandError):
        erase(damaged)
    assert "the closing balance is unknown" in erase(damaged, "--damaged")
    assert not list(stripe_api.open_sessions())
    assert not OpenJob.objects.exists()
    assert not User.objects.filter(pk=damaged).exists()
    assert not default_storage.exists(f"{user_prefix(damaged)}/projects/p/source.mp4")
    assert [path.name for path in user_directory(damaged).parent.iterdir()] == [f"{damaged}.erased.json"]


def test_the_payments_of_a_damaged_user_stay_known(damaged: str, sandbox: RunningSandbox) -> None:
    erase(damaged, "--damaged")
    facts = tombstones.read(damaged)
    assert facts is not None
    assert facts["closing_balance_cents"] is None
    for row in PaymentIndex.objects.all():
        fulfil.fulfil(stripe_api.retrieve_session(row.session_id))  # Stripe repeats it
    assert [row.state for row in UnmatchedPayment.objects.all()] == ["credited"]
    assert "is unknown" in erase(damaged, "--damaged")


def test_only_the_damaged_users_sessions_end(damaged: str, new_user: Callable[[], str]) -> None:
    other = topups.start_topup(user_id=new_user(), amount_cents=500)
    erase(damaged, "--damaged")
    assert [session["id"] for session in stripe_api.open_sessions()] == [other.session_id]


def test_a_file_that_can_be_read_takes_the_ordinary_road(user_id: str) -> None:
    with pytest.raises(CommandError, match="can be read"):
        erase(user_id, "--damaged")
    with pytest.raises(CommandError, match="nothing is known"):
        erase("0" * 32, "--damaged")
    assert user_db_path(user_id).exists()
