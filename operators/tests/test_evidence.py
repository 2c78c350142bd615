"""The evidence pack of a payment tells what was paid, delivered and given back, with hashes."""

# ruff: noqa: F811 - fixtures of another room, asked for by name

import hashlib
from typing import Any

import pytest
from django.test import Client

from exports.clips import media
from exports.tests.conftest import clip, project, runner  # noqa: F401
from reelballers.user_db import user_db
from tests.cast import export_jobs
from tests.cast.payments import dispute_of
from wallet.models import LedgerEntry
from wallet.payments import reversals

pytestmark = pytest.mark.django_db


def test_it_names_the_payment_the_lines_and_the_delivered_file(
    owner: Client,
    user_id: str,
    bought: Any,
    project: Any,
    runner: Any,
    clip: Any,
) -> None:
    job = export_jobs.succeeded(user_id, project, runner, clip)
    reversals.apply_object(dispute_of(bought, 500, "needs_response"))
    topup_id = bought["metadata"]["topup_id"]
    facts = owner.get(f"/admin/wallets/{user_id}/evidence/{topup_id}", {"as": "json"}).json()
    assert (facts["payment"]["paid_cents"], facts["payment"]["session"]) == (500, bought["id"])
    with user_db(user_id):
        assert [line["hash"] for line in facts["ledger"]] == [
            line.hash for line in LedgerEntry.objects.order_by("id")
        ]
    assert facts["ledger_chain"].startswith("every line follows")
    content = media.local_path(job.output_path).read_bytes()
    assert facts["exports"][0]["output_sha256"] == hashlib.sha256(content).hexdigest()
    assert facts["refunds_and_disputes"][0]["status"] == "needs_response"
    page = owner.get(f"/admin/wallets/{user_id}/evidence/{topup_id}").content.decode()
    assert hashlib.sha256(content).hexdigest() in page
    assert f"/evidence/{topup_id}" in owner.get(f"/admin/wallets/{user_id}").content.decode()


def test_a_file_that_is_gone_is_said_not_to_be_kept(
    owner: Client,
    user_id: str,
    bought: Any,
    project: Any,
    runner: Any,
    clip: Any,
) -> None:
    job = export_jobs.succeeded(user_id, project, runner, clip)
    media.local_path(job.output_path).unlink()
    page = owner.get(f"/admin/wallets/{user_id}/evidence/{bought['metadata']['topup_id']}").content.decode()
    assert "not kept" in page


def test_another_wallets_payment_has_none(owner: Client, new_user: Any, bought: Any) -> None:
    address = f"/admin/wallets/{new_user()}/evidence/{bought['metadata']['topup_id']}"
    assert owner.get(address).status_code == 404
