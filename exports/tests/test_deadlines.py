"""How long a job may wait and run."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exports import dispatch, following
from exports.models import State
from exports.runners.base import NotSent, Report
from exports.tests import shop


@pytest.fixture
def job(user_id, project, credits):
    return shop.sell(user_id, project)


def ago(**span):
    return timezone.now() - timedelta(**span)


def test_a_job_that_waited_an_hour_is_refunded(user_id, job, runner):
    runner.room = False
    shop.change(user_id, job, created_at=ago(minutes=61))
    assert shop.step(user_id, job.id, runner).state == State.TIMED_OUT
    assert shop.balance_cents(user_id) == 100


def test_an_attempt_that_never_starts_is_refunded_and_stopped(user_id, job, runner):
    runner.report = Report("queued")
    shop.step(user_id, job.id, runner)
    shop.change(user_id, job, dispatched_at=ago(minutes=61))
    assert shop.step(user_id, job.id, runner).state == State.TIMED_OUT
    dispatch.sweep(runner)
    assert runner.cancelled == [f"call-{job.id}-1"]


def test_an_attempt_that_runs_too_long_is_refunded_and_stopped(user_id, job, runner):
    shop.step(user_id, job.id, runner)
    shop.step(user_id, job.id, runner)
    limit = dispatch.run_deadline_seconds(job) + following.RUN_GRACE_SECONDS
    shop.change(user_id, job, started_at=ago(seconds=limit + 1))
    assert shop.step(user_id, job.id, runner).state == State.TIMED_OUT
    assert shop.balance_cents(user_id) == 100


def test_a_runner_that_is_away_does_not_stop_the_clock(user_id, job, runner):
    shop.step(user_id, job.id, runner)
    shop.step(user_id, job.id, runner)
    runner.report, runner.on_cancel = NotSent("away"), NotSent("away")
    assert shop.step(user_id, job.id, runner).state == State.RUNNING
    shop.change(user_id, job, started_at=ago(hours=1))
    assert shop.step(user_id, job.id, runner).state == State.TIMED_OUT
    assert shop.balance_cents(user_id) == 100


def test_the_second_attempt_has_its_own_deadline(user_id, job, runner):
    shop.step(user_id, job.id, runner)
    shop.step(user_id, job.id, runner)
    shop.change(user_id, job, started_at=ago(minutes=50))
    runner.report = Report("lost")
    shop.step(user_id, job.id, runner)
    runner.report = Report("running", 0.1)
    shop.step(user_id, job.id, runner)
    following.forget_all_but(set())
    assert shop.step(user_id, job.id, runner).state == State.RUNNING
    assert shop.step(user_id, job.id, runner).state == State.RUNNING
