"""What a job's answer says is what its shape says, field by field, whatever the job has been through."""

import json
import random
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.renderers import JSONRenderer

from exports.api.serializers import JobShape
from exports.models import OPEN_STATES, ExportJob, State
from reelballers.api.base import encoded
from reelballers.api.checked import shown
from reelballers.user_db import user_db, user_transaction
from reelballers.user_db.rows import Prepared, insert
from tests.cast import export_jobs
from wallet.api.serializers import LedgerLine
from wallet.models import LedgerEntry

STATES = [state for state in State if state != State.ABORTED]
BY_ID = Prepared(ExportJob, "id = ?")


def a_life(dice: random.Random, number: int) -> ExportJob:
    now = timezone.now()
    state = dice.choice(STATES)
    moments = [None, now, now - timedelta(days=3, microseconds=dice.randrange(10**6))]
    return ExportJob(
        id=f"job{number}",
        project_id="p",
        project_name=dice.choice(["", "Ünï \u2028 <b>", "x" * 200]),
        type=dice.choice(["framing", "overlay", "annotate", "upscale"]),
        params=dice.choice([{}, {"factor": 2}, {"keyframes": [{"x": 0.1, "y": 1, "zoom": 1.5}]}]),
        state=state,
        progress=dice.choice([0, 1, 0.25, dice.random()]),
        cost_cents=dice.randrange(100),
        price_version="2026-01",
        sold_duration_ms=dice.randrange(10**6),
        idempotency_hash="",
        request_hash="",
        attempt=dice.randrange(4),
        output_path="o" if state == State.SUCCEEDED else None,
        output_deleted_at=dice.choice([None, now]),
        error=dice.choice([None, "It broke."]),
        gpu=dice.choice(["", "T4"]),
        run_seconds=dice.choice([None, 0.0, 12.345]),
        created_at=dice.choice(moments[1:]),
        started_at=dice.choice(moments),
        finished_at=dice.choice(moments if state in OPEN_STATES else moments[1:]),
        **({"thumbnail_path": "t", "name": "Mine"} if dice.random() < 0.5 else {}),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("retention_days", [0, 30])
def test_an_answer_is_its_shape_field_by_field(user_id, settings, retention_days):
    settings.OUTPUT_RETENTION_DAYS = retention_days
    dice = random.Random(16)
    for number in range(100):
        with user_transaction(user_id):
            insert(a_life(dice, number))
        with user_db(user_id):
            plain, found = ExportJob.objects.get(pk=f"job{number}"), BY_ID.first(f"job{number}")
        plain.refunded_cents = found.refunded_cents = dice.randrange(5)
        assert shown(JobShape, found) == JobShape(plain).data
        assert encoded(shown(JobShape, found)) == JSONRenderer().render(JobShape(plain).data)


@pytest.mark.django_db
def test_what_was_refunded_is_each_jobs_own(browser, user_id, project, credits):
    """One shape serves all calls: nothing of one answer may stay for the next."""
    first, second = export_jobs.sell(user_id, project), export_jobs.sell(user_id, project)
    assert browser.post(f"/api/export/{first.id}/cancel").json()["refunded_cents"] == first.cost_cents
    assert browser.get(f"/api/export/{second.id}").json()["refunded_cents"] == 0
    listed = {job["job_id"]: job["refunded_cents"] for job in browser.get("/api/export").json()["results"]}
    assert listed == {first.id: first.cost_cents, second.id: 0}


@pytest.mark.django_db
def test_a_ledger_line_is_its_shape_field_by_field(browser, user_id, project, credits):
    export_jobs.sell(user_id, project)
    with user_db(user_id):
        lines = json.loads(
            JSONRenderer().render(LedgerLine(LedgerEntry.objects.order_by("-id"), many=True).data)
        )
    assert browser.get("/api/wallet/ledger").json()["results"] == lines
