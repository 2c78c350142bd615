"""A worker that is told to end gives back what would die with it: a restart of ours never costs a visitor's job."""

import sys
import time

import pytest

from exports.models import State
from exports.shared.models import OpenJob
from exports.tests.scripted import ScriptedRunner
from exports.video.tests.clips import make_clip
from exports.worker import dispatch, sweep
from tests.cast import export_jobs
from tests.product import Product
from tests.visitor import Visitor


@pytest.fixture
def job(user_id, project, credits, runner):
    export_jobs.dispatched(user_id, project, runner)
    return export_jobs.step(user_id, OpenJob.objects.get().job_id, runner)


def test_the_attempt_goes_back_and_does_not_count(user_id, job, runner):
    assert (job.state, job.attempt) == (State.RUNNING, 1)
    dispatch.hand_over(runner)
    found = export_jobs.job_of(user_id, job.id)
    assert (found.state, found.attempt, found.call_id, found.progress) == (State.DEBITED, 0, None, 0)
    assert runner.killed == runner.submitted
    assert export_jobs.step(user_id, job.id, ScriptedRunner()).state == State.DISPATCHED


def test_a_worker_can_end_any_number_of_times(user_id, job, runner):
    for _ in range(5):
        dispatch.hand_over(runner)
        runner = ScriptedRunner()
        assert export_jobs.step(user_id, job.id, runner).attempt == 1
    assert export_jobs.lines(user_id, job.id) == [("debit", -5)]


def test_until_it_is_gone_no_other_worker_touches_it(user_id, job, runner, monkeypatch):
    other, seen = ScriptedRunner(), []
    other.report = AssertionError("asked")
    monkeypatch.setattr(runner, "kill", lambda attempt: seen.append(export_jobs.step(user_id, job.id, other)))
    dispatch.hand_over(runner)
    assert ([each.state for each in seen], other.submitted) == ([State.DISPATCHING], [])


def test_a_worker_that_dies_half_way_costs_an_attempt(user_id, job, runner, monkeypatch):
    monkeypatch.setattr(runner, "kill", lambda attempt: 1 / 0)
    dispatch.hand_over(runner)
    export_jobs.change(user_id, job, lease_until=None)
    assert export_jobs.step(user_id, job.id, ScriptedRunner()).attempt == 2


def test_what_has_ended_or_moved_on_stays(user_id, job, runner):
    export_jobs.cancel(user_id, job)
    dispatch.hand_over(runner)
    assert export_jobs.job_of(user_id, job.id).state == State.CANCELLED
    export_jobs.change(user_id, job, state=State.RUNNING, attempt=2)
    runner.killed.clear()
    dispatch.hand_over(runner)
    found = export_jobs.job_of(user_id, job.id)
    assert (found.state, found.attempt, len(runner.killed)) == (State.RUNNING, 2, 1)


def test_an_attempt_that_cannot_be_given_back_stops_no_other(user_id, project, credits, runner):
    jobs = [export_jobs.dispatched(user_id, project, runner) for _ in range(2)]
    export_jobs.change(user_id, jobs[0], id="gone")
    dispatch.hand_over(runner)
    assert export_jobs.job_of(user_id, jobs[1].id).state == State.DEBITED


def test_a_worker_told_to_end_starts_nothing_more(user_id, project, credits, runner):
    export_jobs.sell(user_id, project)
    sweep.sweep(runner, should_stop=lambda: True)
    assert not runner.submitted


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_four_restarts_of_the_product_cost_a_running_job_nothing(tmp_path):
    clip = make_clip(tmp_path / "clip.mp4", seconds=30)
    with Product(tmp_path / "data") as product:
        visitor = Visitor(product.base_url, product.sandbox_url)
        visitor.wait_for(f"/api/topup/{visitor.top_up(500)}", "status", "paid")
        body = {"project_id": visitor.upload(clip)["id"], "type": "framing", "params": {"aspect": "1:1"}}
        path = f"/api/export/{visitor.post('/api/export/start', body)['job_id']}"
        for _ in range(4):
            visitor.wait_for(path, "status", "running")
            started = time.monotonic()
            product.stop()
            sys.stdout.write(f"stopped in {time.monotonic() - started:.1f} s\n")
            product.start()
        job = visitor.wait_for(path, "status", "succeeded", "failed")
        assert (job["status"], job["receipt"]["attempts"]) == ("succeeded", 1)
        assert visitor.balance_cents() == 500 - job["cost_cents"]
        assert "audit: ok" in product.manage("audit").stdout
