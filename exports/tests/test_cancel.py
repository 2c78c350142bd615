import pytest

from exports.models import State
from exports.runners.base import NotSent
from exports.shared.models import OpenJob
from tests.cast import export_jobs


def cancel(browser, job_id):
    return browser.post(f"/api/export/{job_id}/cancel")


@pytest.mark.parametrize("state", ["debited", "dispatching", "dispatched", "running"])
def test_it_ends_and_refunds_a_job_that_has_not_ended(browser, user_id, project, credits, state):
    job = export_jobs.sell(user_id, project)
    export_jobs.change(user_id, job, state=state)
    answer = cancel(browser, job.id)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["status"], found["refunded_cents"], found["new_balance_cents"]) == ("cancelled", 5, 100)
    assert export_jobs.lines(user_id, job.id) == [("debit", -5), ("refund", 5)]


@pytest.mark.parametrize("state", ["succeeded", "failed", "timed_out", "cancelled"])
def test_what_has_ended_is_a_conflict(browser, user_id, project, credits, state):
    job = export_jobs.sell(user_id, project)
    export_jobs.change(user_id, job, state=state, output_path="x", finished_at=job.created_at)
    assert cancel(browser, job.id).status_code == 409
    assert export_jobs.lines(user_id, job.id) == [("debit", -5)]


def test_twice_refunds_once(browser, user_id, project, credits):
    job = export_jobs.sell(user_id, project)
    assert [cancel(browser, job.id).status_code for _ in range(2)] == [200, 409]
    assert export_jobs.balance_cents(user_id) == 100


def test_a_strangers_job_is_not_there(stranger, client, user_id, project, credits):
    job = export_jobs.sell(user_id, project)
    assert cancel(stranger, job.id).status_code == 404
    assert cancel(client, job.id).status_code == 404
    assert export_jobs.balance_cents(user_id) == 95


def test_the_runner_is_told_and_the_books_are_closed(user_id, project, credits, runner):
    job = export_jobs.dispatched(user_id, project, runner)
    export_jobs.cancel(user_id, job)
    export_jobs.step(user_id, job.id, runner)
    assert runner.cancelled == [job.call_id]
    assert not OpenJob.objects.exists()


def test_a_runner_that_cannot_be_told_is_told_later(user_id, project, credits, runner):
    job = export_jobs.dispatched(user_id, project, runner)
    export_jobs.cancel(user_id, job)
    runner.on_cancel = NotSent("away")
    export_jobs.step(user_id, job.id, runner)
    assert OpenJob.objects.exists()
    runner.on_cancel = None
    export_jobs.step(user_id, job.id, runner)
    assert len(runner.cancelled) == 2
    assert not OpenJob.objects.exists()


def test_a_job_cancelled_while_it_was_sent_is_stopped(user_id, project, credits, runner):
    job = export_jobs.sell(user_id, project)
    runner.on_submit = lambda attempt: export_jobs.cancel(user_id, job)
    job = export_jobs.step(user_id, job.id, runner)
    assert job.state == State.CANCELLED
    assert runner.cancelled == [f"call-{job.id}-1"]


def test_an_operators_part_refund_leaves_the_rest(browser, user_id, project, credits):
    job = export_jobs.sell(user_id, project)
    export_jobs.refund_by_operator(user_id, job, 2)
    cancel(browser, job.id)
    assert export_jobs.lines(user_id, job.id) == [("debit", -5), ("refund", 2), ("refund", 3)]


def test_nothing_left_to_refund_is_no_line(browser, user_id, project, credits):
    job = export_jobs.sell(user_id, project)
    export_jobs.refund_by_operator(user_id, job, 5)
    assert cancel(browser, job.id).status_code == 200
    assert export_jobs.lines(user_id, job.id) == [("debit", -5), ("refund", 5)]
