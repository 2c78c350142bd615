"""What a job used and what that left us: for the visitor without our costs, for operators with them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exports import jobs
from exports.models import State
from exports.shared.models import JobSummary
from exports.worker import sweep
from reelballers.models import User
from tests.cast import export_jobs


def test_lost_attempts_are_paid_for_too(user_id, project, credits, runner, clip):
    job = export_jobs.dispatched(user_id, project, runner)
    runner.report = export_jobs.ended(ok=False, error_code="internal", seconds=10, gpu="T4")
    export_jobs.step(user_id, job.id, runner)
    export_jobs.change(user_id, job, lease_until=None)
    job = export_jobs.step(user_id, job.id, runner)
    export_jobs.finish_output(job, user_id, clip)
    runner.report = export_jobs.ended(seconds=5, gpu="T4")
    job = export_jobs.step(user_id, job.id, runner)
    assert (job.state, job.attempt) == (State.SUCCEEDED, 2)
    assert (job.run_seconds, job.compute_cost_microdollars) == (15, 2400)


def ran_for_a_minute(user_id, project, runner):
    job = export_jobs.dispatched(user_id, project, runner)
    job = export_jobs.step(user_id, job.id, runner)
    assert job.state == State.RUNNING
    export_jobs.change(user_id, job, started_at=timezone.now() - timedelta(minutes=1))
    return job


@pytest.mark.parametrize(("backend", "gpu", "cost"), [("modal", "T4", 9_600), ("local", "", 0)])
def test_a_run_that_left_no_word_is_counted_from_start_to_end(
    user_id, project, credits, runner, settings, backend, gpu, cost
):
    settings.EXPORT_BACKEND = backend
    job = ran_for_a_minute(user_id, project, runner)
    jobs.cancel(user_id=user_id, job_id=job.id)
    sweep.sweep(runner)
    summary = JobSummary.objects.get()
    assert (summary.state, summary.gpu, round(summary.run_seconds)) == ("cancelled", gpu, 60)
    assert summary.compute_cost_microdollars == pytest.approx(cost, rel=0.05)
    assert summary.margin_microdollars == -summary.compute_cost_microdollars


def test_a_job_that_never_started_used_nothing(user_id, project, credits, runner, settings):
    settings.EXPORT_BACKEND = "modal"
    job = export_jobs.dispatched(user_id, project, runner)
    jobs.cancel(user_id=user_id, job_id=job.id)
    sweep.sweep(runner)
    assert JobSummary.objects.get().run_seconds == 0


def test_a_gpu_without_a_price_costs_nothing(user_id, project, credits, runner, clip):
    job = export_jobs.succeeded(user_id, project, runner, clip, gpu="H9000", seconds=5)
    assert (job.gpu, job.compute_cost_microdollars) == ("H9000", 0)


def test_a_failed_job_has_its_receipt_too(browser, user_id, project, credits, runner):
    job = export_jobs.dispatched(user_id, project, runner)
    runner.report = export_jobs.ended(ok=False, error_code="clip", error="Damaged.", seconds=3, gpu="T4")
    export_jobs.step(user_id, job.id, runner)
    receipt = browser.get(f"/api/export/{job.id}").json()["receipt"]
    assert (receipt["gpu"], receipt["run_seconds"]) == ("T4", 3)


def test_the_visitor_does_not_see_our_costs(browser, user_id, project, credits, runner, clip):
    job = export_jobs.succeeded(user_id, project, runner, clip, gpu="T4")
    assert b"microdollars" not in browser.get(f"/api/export/{job.id}").content


def test_an_operator_sees_margin_and_heartbeat(client, user_id, project, credits, runner, clip):
    job = export_jobs.succeeded(user_id, project, runner, clip, gpu="T4", seconds=10)
    export_jobs.step(user_id, job.id, runner)
    client.force_login(User.objects.create_superuser("op@example.com", "x"))
    page = client.get("/admin/exports_shared/jobsummary/").content.decode()
    assert JobSummary.objects.get().margin_microdollars == 48_400
    assert "0.0484" in page
    assert client.get("/admin/reelballers/heartbeat/").status_code == 200


def test_a_wallet_leads_to_the_receipts_of_its_jobs(client, user_id, project, credits, runner, clip):
    job = export_jobs.succeeded(user_id, project, runner, clip, gpu="T4", seconds=10)
    export_jobs.step(user_id, job.id, runner)
    client.force_login(User.objects.create_superuser("op@example.com", "x"))
    assert f"/admin/jobs/{job.id}" in client.get(f"/admin/wallets/{user_id}").content.decode()
    assert "1,600 µ$" in client.get(f"/admin/jobs/{job.id}").content.decode()
