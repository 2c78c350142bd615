"""A job that hangs is tried again or ended, with reason and name; returning its credits does not end it."""

from typing import Any

import pytest
from django.test import Client

from exports import jobs
from exports.tests.conftest import credits, project, runner  # noqa: F401
from operators.tests.conftest import act_of, do, draft
from reelballers.user_db import user_db
from tests.cast import export_jobs
from wallet.models import LedgerEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(user_id: str, project: Any, credits: None) -> Any:  # noqa: F811
    return export_jobs.sell(user_id, project)


def test_an_operator_cancels_a_job_with_name_and_reason(owner: Client, user_id: str, job: Any) -> None:
    act = do(owner, user_id, "job_cancel", of=job.id)
    assert act.said == "Job cancelled, 5 credits returned."
    assert export_jobs.job_of(user_id, job.id).state == "cancelled"
    with user_db(user_id):
        line = LedgerEntry.objects.get(reference=f"refund:{job.id}:end")
    assert (line.actor, line.note, line.change_cents) == ("owner@example.com", "asked nicely", 5)
    assert "The job has ended: cancelled" in draft(owner, user_id, "job_cancel", of=job.id).content.decode()


def test_a_job_that_ended_meanwhile_is_not_cancelled(owner: Client, user_id: str, job: Any) -> None:
    answer = draft(owner, user_id, "job_cancel", of=job.id)
    jobs.fail(user_id=user_id, job=job, error="x", error_code="clip")
    owner.post(answer["Location"])
    assert act_of(answer).state == "refused"
    assert export_jobs.lines(user_id, job.id) == [("debit", -5), ("refund", 5)]


def test_returning_credits_of_an_open_job_offers_to_cancel_it(owner: Client, user_id: str, job: Any) -> None:
    answer = draft(owner, user_id, "job_refund", of=job.id, amount_cents=5)
    page = owner.get(answer["Location"]).content.decode()
    assert "cancel it instead" in page
    assert f"kind=job_cancel&amp;of={job.id}" in page


def test_an_attempt_is_given_up_for_the_next(owner: Client, user_id: str, job: Any) -> None:
    claimed = jobs.claim(user_id=user_id, job=job)
    jobs.note_dispatched(user_id=user_id, job=claimed, call_id="c")
    act = do(owner, user_id, "job_retry", of=job.id)
    now = export_jobs.job_of(user_id, job.id)
    assert (act.said, now.state, now.attempt) == ("Attempt 2 is next in the queue.", "debited", 1)
    assert export_jobs.lines(user_id, job.id) == [("debit", -5)]


def test_a_next_attempt_that_has_begun_is_left_alone(owner: Client, user_id: str, job: Any) -> None:
    claimed = jobs.claim(user_id=user_id, job=job)
    answer = draft(owner, user_id, "job_retry", of=job.id)
    jobs.put_back(user_id=user_id, job=claimed, wait_seconds=0, was_sent=True)
    jobs.claim(user_id=user_id, job=export_jobs.job_of(user_id, job.id))
    owner.post(answer["Location"])
    assert act_of(answer).said == "Attempt 2 has begun."
    assert export_jobs.job_of(user_id, job.id).attempt == 2


def test_a_job_without_attempts_left_is_not_tried_again(owner: Client, user_id: str, job: Any) -> None:
    export_jobs.change(user_id, job, attempt=3)
    assert "All 3 attempts are used up" in draft(owner, user_id, "job_retry", of=job.id).content.decode()


def test_a_jobs_page_tells_how_it_went(owner: Client, user_id: str, job: Any) -> None:
    page = owner.get(f"/admin/jobs/{job.id}").content.decode()
    assert "Final quarter" in page
    assert "kind=job_cancel" in page
    jobs.fail(user_id=user_id, job=job, error="The clip is torn.", error_code="clip")
    page = owner.get(f"/admin/jobs/{job.id}").content.decode()
    assert "The clip is torn." in page
    assert "kind=job_cancel" not in page
    assert owner.get("/admin/jobs/" + "f" * 24).status_code == 404
