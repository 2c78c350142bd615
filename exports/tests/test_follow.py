from exports.models import State
from tests.cast import export_jobs


def test_a_job_tells_how_it_stands(browser, user_id, project, credits):
    job = export_jobs.sell(user_id, project)
    export_jobs.change(user_id, job, state=State.RUNNING, progress=0.25)
    found = browser.get(f"/api/export/{job.id}").json()
    assert (found["job_id"], found["status"], found["progress"]) == (job.id, "running", 0.25)
    assert (found["type"], found["cost_cents"], found["error"], found["receipt"]) == (
        "framing",
        5,
        None,
        None,
    )


def test_nothing_new_is_304(browser, user_id, project, credits):
    job = export_jobs.sell(user_id, project)
    first = browser.get(f"/api/export/{job.id}")
    headers = {"If-None-Match": first["ETag"]}
    again = browser.get(f"/api/export/{job.id}", headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    export_jobs.change(user_id, job, progress=0.5, state=State.RUNNING)
    assert browser.get(f"/api/export/{job.id}", headers=headers).status_code == 200


def test_a_strangers_job_is_not_there(stranger, client, user_id, project, credits):
    job = export_jobs.sell(user_id, project)
    assert stranger.get(f"/api/export/{job.id}").status_code == 404
    assert client.get(f"/api/export/{job.id}").status_code == 404


def test_the_list_is_newest_first_with_refunds(browser, user_id, project, credits):
    first, second = export_jobs.sell(user_id, project), export_jobs.sell(user_id, project)
    export_jobs.cancel(user_id, first)
    found = browser.get("/api/export").json()["results"]
    assert [(job["job_id"], job["refunded_cents"]) for job in found] == [(second.id, 0), (first.id, 5)]


def test_without_a_session_the_list_is_empty(client, db):
    assert client.get("/api/export").json()["results"] == []


def test_every_internal_state_has_its_public_status(browser, user_id, project, credits):
    job = export_jobs.sell(user_id, project)
    expected = {"debited": "queued", "dispatching": "queued", "dispatched": "queued", "running": "running"}
    for state, status in expected.items():
        export_jobs.change(user_id, job, state=state)
        assert browser.get(f"/api/export/{job.id}").json()["status"] == status


def test_a_timeout_is_a_failure_to_the_visitor(browser, user_id, project, credits):
    job = export_jobs.sell(user_id, project)
    export_jobs.change(user_id, job, state=State.TIMED_OUT, finished_at=job.created_at)
    assert browser.get(f"/api/export/{job.id}").json()["status"] == "failed"


def test_a_finished_job_has_its_receipt(browser, user_id, project, credits, runner, clip):
    job = export_jobs.succeeded(user_id, project, runner, clip, gpu="T4", seconds=12.5)
    receipt = browser.get(f"/api/export/{job.id}").json()["receipt"]
    assert receipt == {
        "price_version": "2026-11",
        "sold_seconds": 1.0,
        "attempts": 1,
        "gpu": "T4",
        "run_seconds": 12.5,
    }
    assert job.compute_cost_microdollars == 2000
