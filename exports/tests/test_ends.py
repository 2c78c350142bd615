"""What a worker makes of the way an attempt ended, however strangely its envelope is filled in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exports.clips import media
from exports.models import State
from exports.runners.base import Report
from exports.worker import following
from tests.cast import export_jobs


@pytest.fixture
def job(user_id, project, credits):
    return export_jobs.sell(user_id, project)


@pytest.mark.parametrize("code", ["clip", "params"])
def test_the_visitors_fault_is_told_and_refunded(user_id, job, runner, code):
    export_jobs.step(user_id, job.id, runner)
    runner.report = export_jobs.ended(ok=False, error_code=code, error="The clip is damaged.")
    found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, found.error_code, found.error) == (State.FAILED, code, "The clip is damaged.")
    assert export_jobs.balance_cents(user_id) == 100


def test_a_timeout_of_the_runner_is_one(user_id, job, runner):
    export_jobs.step(user_id, job.id, runner)
    runner.report = export_jobs.ended(ok=False, error_code="timeout")
    assert export_jobs.step(user_id, job.id, runner).state == State.TIMED_OUT


STRANGE = [
    {"error_code": "internal", "error": "x"},
    {},
    {"ok": True},
    {"ok": True, "seconds": "many"},
    {"ok": True, "seconds": float("nan")},
    {"ok": "yes", "seconds": -1, "gpu": 7},
    {"error_code": ["clip"], "error": None},
    {"gpu": "\ud800", "seconds": 1},
]


@pytest.mark.parametrize("envelope", STRANGE)
def test_a_strange_envelope_is_a_lost_attempt(user_id, job, runner, envelope):
    """None of these has an output: three of them end the job, none keeps it open for ever."""
    runner.report = Report("ended", 1.0, envelope)
    for _ in range(6):
        found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, found.attempt) == (State.FAILED, 3)
    assert export_jobs.balance_cents(user_id) == 100


def test_words_that_no_database_takes_still_end_the_job(user_id, job, runner):
    export_jobs.step(user_id, job.id, runner)
    runner.report = export_jobs.ended(ok=False, error_code="clip", error="half a pair: \ud800", gpu="\udfff")
    found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, found.error, found.gpu) == (State.FAILED, "half a pair: ?", "?")
    assert export_jobs.balance_cents(user_id) == 100


def test_an_output_that_nobody_can_look_at_is_lost_an_hour_after_its_deadline(user_id, job, runner):
    """The storage is away, or a disk is full: that may pass, and the output is paid for."""
    runner.report = export_jobs.ended()
    for attempt in (1, 2, 3):
        job = export_jobs.step(user_id, job.id, runner)
        media.local_path(f"{media.attempt_prefix(user_id, job.id, attempt)}/output.mp4").mkdir(parents=True)
        for minutes in (0, 119):
            export_jobs.change(user_id, job, dispatched_at=timezone.now() - timedelta(minutes=minutes))
            with pytest.raises(IsADirectoryError):
                export_jobs.step(user_id, job.id, runner)
        export_jobs.change(user_id, job, dispatched_at=timezone.now() - timedelta(minutes=121))
        job = export_jobs.step(user_id, job.id, runner)
    assert (job.state, job.attempt) == (State.FAILED, 3)
    assert export_jobs.balance_cents(user_id) == 100


def test_a_look_that_takes_us_too_long_is_repeated(user_id, project, credits, runner, clip, monkeypatch):
    """A busy machine of ours says nothing about the output."""
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.0)
    job = export_jobs.dispatched(user_id, project, runner)
    export_jobs.finish_output(job, user_id, clip)
    runner.report = export_jobs.ended()
    with pytest.raises(TimeoutError):
        export_jobs.step(user_id, job.id, runner)
    monkeypatch.undo()
    assert export_jobs.step(user_id, job.id, runner).status == "succeeded"
