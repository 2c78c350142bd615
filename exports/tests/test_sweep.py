"""What a worker does with the index of open jobs, whatever a crash left there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exports import attempts, jobs
from exports.models import ExportJob, Project, State
from exports.runners.base import NotSent, OutcomeUnknown, Rejected, Report
from exports.shared.models import JobSummary, OpenJob
from exports.worker import dispatch, following, sweep
from reelballers.user_db import user_db
from tests.cast import export_jobs


@pytest.fixture
def job(user_id, project, credits):
    return export_jobs.sell(user_id, project)


def ago(**span):
    return timezone.now() - timedelta(**span)


def age_index(**span):
    OpenJob.objects.update(created_at=ago(**span))


def test_it_takes_a_job_from_debit_to_output(user_id, job, runner, clip):
    assert export_jobs.step(user_id, job.id, runner).state == State.DISPATCHED
    assert export_jobs.step(user_id, job.id, runner).state == State.RUNNING
    job = export_jobs.job_of(user_id, job.id)
    export_jobs.finish_output(job, user_id, clip)
    runner.report = export_jobs.ended()
    assert export_jobs.step(user_id, job.id, runner).state == State.SUCCEEDED
    assert sweep.sweep(runner) == 1
    assert sweep.sweep(runner) == 0


def test_it_sums_up_an_ended_job_for_the_operators(user_id, project, credits, runner, clip):
    job = export_jobs.succeeded(user_id, project, runner, clip, gpu="T4", seconds=10)
    sweep.sweep(runner)
    summary = JobSummary.objects.get()
    assert (summary.job_id, summary.state, summary.price_version) == (job.id, "succeeded", "2026-11")
    assert (summary.gpu, summary.run_seconds, summary.compute_cost_microdollars) == ("T4", 10, 1600)
    assert summary.margin_microdollars == 50_000 - 1600


def test_a_refunded_job_earned_nothing(user_id, job, runner):
    export_jobs.cancel(user_id, job)
    sweep.sweep(runner)
    assert JobSummary.objects.get().margin_microdollars == 0


def test_a_young_intent_is_left_alone(user_id, runner):
    OpenJob.objects.create(job_id="a" * 24, user_id=user_id)
    sweep.sweep(runner)
    with user_db(user_id):
        assert not ExportJob.objects.exists()


def test_an_old_intent_becomes_a_tombstone_and_is_forgotten(user_id, runner):
    OpenJob.objects.create(job_id="a" * 24, user_id=user_id)
    age_index(seconds=31)
    sweep.sweep(runner)
    assert export_jobs.job_of(user_id, "a" * 24).state == State.ABORTED
    sweep.sweep(runner)
    assert not OpenJob.objects.exists()
    assert not JobSummary.objects.exists()


def test_a_full_runner_leaves_the_job_in_its_place(user_id, job, runner):
    runner.room = False
    found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, found.attempt) == (State.DEBITED, 0)


def test_what_was_not_sent_waits_and_does_not_count(user_id, job, runner):
    runner.on_submit = NotSent("away")
    found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, found.attempt) == (State.DEBITED, 0)
    export_jobs.step(user_id, job.id, runner)
    assert len(runner.submitted) == 1  # not before its wait is over
    export_jobs.change(user_id, job, lease_until=ago(seconds=1))
    export_jobs.step(user_id, job.id, runner)
    assert len(runner.submitted) == 2


def test_what_is_rejected_fails_and_is_refunded(user_id, job, runner):
    runner.on_submit = Rejected("no such function")
    found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, found.error_code) == (State.FAILED, "internal")
    assert export_jobs.balance_cents(user_id) == 100


def test_an_unknown_outcome_waits_for_its_lease_then_tries_anew(user_id, job, runner):
    runner.on_submit = OutcomeUnknown("no reply")
    assert export_jobs.step(user_id, job.id, runner).state == State.DISPATCHING
    export_jobs.step(user_id, job.id, runner)
    assert len(runner.submitted) == 1
    runner.on_submit = None
    export_jobs.change(user_id, job, lease_until=ago(seconds=1))
    found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, found.attempt) == (State.DISPATCHED, 2)
    assert runner.submitted[0].output_prefix != runner.submitted[1].output_prefix


def test_a_lost_attempt_is_tried_three_times(user_id, job, runner):
    runner.report = Report("lost")
    for attempt in (1, 2, 3):
        assert export_jobs.step(user_id, job.id, runner).attempt == attempt
        found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, found.error_code) == (State.FAILED, "internal")
    assert export_jobs.balance_cents(user_id) == 100


def test_three_unknown_outcomes_are_enough(user_id, job, runner):
    runner.on_submit = OutcomeUnknown("no reply")
    for _ in range(4):
        export_jobs.change(user_id, job, lease_until=None)
        found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, len(runner.submitted)) == (State.FAILED, 3)
    assert export_jobs.balance_cents(user_id) == 100


def test_success_needs_a_playable_output(user_id, job, runner, tmp_path):
    (tmp_path / "noise").write_bytes(b"noise" * 1000)
    job = export_jobs.step(user_id, job.id, runner)
    export_jobs.finish_output(job, user_id, tmp_path / "noise")
    runner.report = export_jobs.ended()
    assert export_jobs.step(user_id, job.id, runner).state == State.DEBITED


def test_a_look_at_an_output_that_takes_too_long_is_taken_again(user_id, job, runner, clip, monkeypatch):
    """Too slow is this machine, not the output: nothing is decided by it."""
    monkeypatch.setattr(following, "LOOK_SECONDS", 0.0)
    job = export_jobs.step(user_id, job.id, runner)
    export_jobs.finish_output(job, user_id, clip)
    runner.report = export_jobs.ended()
    with pytest.raises(TimeoutError):
        export_jobs.step(user_id, job.id, runner)
    assert export_jobs.job_of(user_id, job.id).state == State.DISPATCHED
    monkeypatch.undo()
    assert export_jobs.step(user_id, job.id, runner).state == State.SUCCEEDED


def test_a_late_success_is_discarded(user_id, job, runner, clip):
    job = export_jobs.step(user_id, job.id, runner)
    export_jobs.cancel(user_id, job)
    export_jobs.finish_output(job, user_id, clip)
    assert not jobs.succeed(user_id=user_id, job=job, output_path="x")
    runner.report = export_jobs.ended()
    assert export_jobs.step(user_id, job.id, runner).state == State.CANCELLED
    assert export_jobs.lines(user_id, job.id) == [("debit", -5), ("refund", 5)]


def test_an_operators_refund_does_not_end_a_job(user_id, job, runner, clip):
    export_jobs.refund_by_operator(user_id, job, 5)
    job = export_jobs.step(user_id, job.id, runner)
    export_jobs.finish_output(job, user_id, clip)
    runner.report = export_jobs.ended()
    assert export_jobs.step(user_id, job.id, runner).state == State.SUCCEEDED
    assert export_jobs.lines(user_id, job.id) == [("debit", -5), ("refund", 5)]


def test_a_job_whose_clip_is_gone_is_refunded(user_id, job, runner):
    with user_db(user_id):
        Project.objects.all().delete()
    assert export_jobs.step(user_id, job.id, runner).state == State.FAILED
    assert export_jobs.balance_cents(user_id) == 100


def test_progress_is_written_only_so_often(user_id, job, runner, monkeypatch):
    monkeypatch.setattr(following, "PROGRESS_EVERY_SECONDS", 3600)
    export_jobs.step(user_id, job.id, runner)
    for progress in (0.1, 0.2, 0.3):
        runner.report = Report("running", progress)
        found = export_jobs.step(user_id, job.id, runner)
    assert found.progress == 0.1
    monkeypatch.setattr(following, "PROGRESS_EVERY_SECONDS", 0)
    assert export_jobs.step(user_id, job.id, runner).progress == 0.3


def test_an_attempts_own_word_is_finished_without_asking(user_id, job, runner, clip):
    job = export_jobs.step(user_id, job.id, runner)
    export_jobs.finish_output(job, user_id, clip)
    jobs.note_envelope(user_id=user_id, job=job, envelope={"ok": True, "seconds": 3.5})
    runner.report = AssertionError("asked")
    assert export_jobs.step(user_id, job.id, runner).state == State.SUCCEEDED


@pytest.mark.parametrize("report", [export_jobs.ended(ok=False, error_code="cancelled"), Report("lost")])
def test_an_attempts_own_word_counts_before_its_runners(user_id, job, runner, clip, monkeypatch, report):
    """Modal ran the input twice: the first run told its end while we asked, the second was sent away."""
    job = export_jobs.step(user_id, job.id, runner)
    export_jobs.finish_output(job, user_id, clip)

    def speak_meanwhile(call_id, attempt):
        jobs.note_envelope(user_id=user_id, job=job, envelope={"ok": True, "seconds": 3.5})
        return report

    monkeypatch.setattr(runner, "poll", speak_meanwhile)
    found = export_jobs.step(user_id, job.id, runner)
    assert (found.state, found.attempt, found.run_seconds) == (State.SUCCEEDED, 1, 3.5)


def test_a_job_that_fails_to_step_rests_and_stops_no_other(user_id, job, runner, caplog):
    OpenJob.objects.create(job_id="z" * 24, user_id="f" * 32)
    OpenJob.objects.create(job_id="y" * 24, user_id="nobody")
    sweep.sweep(runner)
    sweep.sweep(runner)
    assert export_jobs.job_of(user_id, job.id).state == State.RUNNING
    assert len([record for record in caplog.records if "z" * 24 in record.getMessage()]) == 1


def test_a_runner_that_cannot_say_whether_it_has_room_stops_no_other_job(
    user_id, project, credits, runner, monkeypatch
):
    waiting, ended = (export_jobs.sell(user_id, project) for _ in range(2))
    runner.room = False
    sweep.sweep(runner)
    export_jobs.cancel(user_id, ended)
    sweep.pace.forget_all_but({waiting.id})
    monkeypatch.setattr(runner, "has_room", lambda: 1 / 0)
    sweep.sweep(runner)
    assert [row.job_id for row in OpenJob.objects.all()] == [waiting.id]


def test_two_workers_do_each_thing_once(user_id, job, runner, clip):
    """Both look, then both act on what they saw."""
    row = OpenJob.objects.get()
    seen = export_jobs.job_of(user_id, job.id)
    project = _project_of(user_id, seen)
    dispatch.dispatch(user_id, seen, project, runner)
    dispatch.dispatch(user_id, seen, project, runner)
    assert len(runner.submitted) == 1
    seen = export_jobs.job_of(user_id, job.id)
    export_jobs.finish_output(seen, user_id, clip)
    attempt = attempts.attempt_of(user_id, seen, project)
    following.finish(user_id, seen, attempt, export_jobs.ended(ok=False, error_code="clip", error="x"))
    following.finish(user_id, seen, attempt, export_jobs.ended())
    assert export_jobs.lines(user_id, job.id) == [("debit", -5), ("refund", 5)]
    sweep.step(row, runner)
    sweep.step(row, runner)
    assert JobSummary.objects.count() == 1


def _project_of(user_id, job):
    with user_db(user_id):
        return Project.objects.get(pk=job.project_id)
