"""How long a job may wait and run, and what its time counts from."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exports import attempts
from exports.models import State
from exports.runners.base import NotSent, Report
from exports.worker import dispatch, following, sweep
from tests.cast import export_jobs


@pytest.fixture
def job(user_id, project, credits):
    return export_jobs.sell(user_id, project)


def ago(**span):
    return timezone.now() - timedelta(**span)


def test_a_job_that_waited_an_hour_is_refunded(user_id, job, runner):
    runner.room = False
    export_jobs.change(user_id, job, created_at=ago(minutes=61))
    assert export_jobs.step(user_id, job.id, runner).state == State.TIMED_OUT
    assert export_jobs.balance_cents(user_id) == 100


def test_an_attempt_that_never_starts_is_refunded_and_stopped(user_id, job, runner):
    runner.report = Report("queued")
    export_jobs.step(user_id, job.id, runner)
    export_jobs.change(user_id, job, dispatched_at=ago(minutes=61))
    assert export_jobs.step(user_id, job.id, runner).state == State.TIMED_OUT
    sweep.sweep(runner)
    assert runner.cancelled == [f"call-{job.id}-1"]


def test_an_attempt_that_runs_too_long_is_refunded_and_stopped(user_id, job, runner):
    export_jobs.step(user_id, job.id, runner)
    export_jobs.step(user_id, job.id, runner)
    limit = attempts.run_deadline_seconds(job) + following.RUN_GRACE_SECONDS
    export_jobs.change(user_id, job, started_at=ago(seconds=limit + 1))
    assert export_jobs.step(user_id, job.id, runner).state == State.TIMED_OUT
    assert export_jobs.balance_cents(user_id) == 100


def test_a_runner_that_is_away_does_not_stop_the_clock(user_id, job, runner):
    export_jobs.step(user_id, job.id, runner)
    export_jobs.step(user_id, job.id, runner)
    runner.report, runner.on_cancel = NotSent("away"), NotSent("away")
    assert export_jobs.step(user_id, job.id, runner).state == State.RUNNING
    export_jobs.change(user_id, job, started_at=ago(hours=1))
    assert export_jobs.step(user_id, job.id, runner).state == State.TIMED_OUT
    assert export_jobs.balance_cents(user_id) == 100


def test_the_second_attempt_has_its_own_deadline(user_id, job, runner):
    export_jobs.step(user_id, job.id, runner)
    export_jobs.step(user_id, job.id, runner)
    export_jobs.change(user_id, job, started_at=ago(minutes=50))
    runner.report = Report("lost")
    export_jobs.step(user_id, job.id, runner)
    runner.report = Report("running", 0.1)
    export_jobs.step(user_id, job.id, runner)
    following.forget_all_but(set())
    assert export_jobs.step(user_id, job.id, runner).state == State.RUNNING
    assert export_jobs.step(user_id, job.id, runner).state == State.RUNNING


def test_an_attempt_lost_after_more_than_an_hour_is_tried_again(user_id, job, runner):
    export_jobs.step(user_id, job.id, runner)
    export_jobs.change(user_id, job, created_at=ago(minutes=90))
    runner.report = Report("lost")
    assert export_jobs.step(user_id, job.id, runner).state == State.DEBITED
    found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, found.attempt) == (State.DISPATCHED, 2)


def test_what_an_ending_worker_takes_back_after_more_than_an_hour_goes_on(user_id, job, runner):
    export_jobs.step(user_id, job.id, runner)
    export_jobs.change(user_id, job, created_at=ago(minutes=90))
    dispatch.hand_over(runner)
    found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, found.attempt) == (State.DISPATCHED, 1)


def test_the_second_attempt_waits_an_hour_at_most_too(user_id, job, runner):
    export_jobs.step(user_id, job.id, runner)
    runner.report, runner.room = Report("lost"), False
    assert export_jobs.step(user_id, job.id, runner).state == State.DEBITED
    export_jobs.change(user_id, job, queued_at=ago(minutes=61))
    assert export_jobs.step(user_id, job.id, runner).state == State.TIMED_OUT
    assert export_jobs.balance_cents(user_id) == 100


def test_a_call_that_is_not_sent_does_not_begin_the_hour_anew(user_id, job, runner):
    export_jobs.change(user_id, job, created_at=ago(minutes=59))
    runner.on_submit = NotSent("away")
    assert export_jobs.step(user_id, job.id, runner).state == State.DEBITED
    export_jobs.change(user_id, job, created_at=ago(minutes=61), lease_until=ago(seconds=1))
    assert export_jobs.step(user_id, job.id, runner).state == State.TIMED_OUT


def test_a_job_that_is_taken_back_again_and_again_ends_all_the_same(user_id, job, runner):
    """Three hours to wait, and three runs of 140 s."""
    runner.room = False
    export_jobs.change(user_id, job, created_at=ago(hours=3, minutes=6), queued_at=ago(minutes=1))
    assert export_jobs.step(user_id, job.id, runner).state == State.DEBITED
    export_jobs.change(user_id, job, created_at=ago(hours=3, minutes=8))
    assert export_jobs.step(user_id, job.id, runner).state == State.TIMED_OUT
    assert export_jobs.balance_cents(user_id) == 100


def test_a_job_sold_by_an_earlier_release_waits_since_its_sale(user_id, job, runner):
    export_jobs.change(user_id, job, queued_at=None)  # as its migration leaves it
    assert export_jobs.step(user_id, job.id, runner).state == State.DISPATCHED
    assert export_jobs.lines(user_id, job.id) == [("debit", -5)]
