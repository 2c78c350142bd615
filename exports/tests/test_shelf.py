"""Exports that have ended are found again, renamed and deleted by their owner alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exports.clips import media
from exports.worker import retention
from tests.cast import export_jobs


@pytest.fixture
def done(user_id, project, credits, runner, clip):
    return export_jobs.succeeded(user_id, project, runner, clip)


def found(browser, **filters):
    answer = browser.get("/api/export", filters)
    assert answer.status_code == 200, answer.content
    return [job["job_id"] for job in answer.json()["results"]]


def patch(browser, job, name):
    return browser.patch(f"/api/export/{job.id}", {"name": name}, content_type="application/json")


def test_it_is_called_like_its_clip_until_it_is_renamed(browser, done):
    assert browser.get(f"/api/export/{done.id}").json()["name"] == "Final quarter"
    assert patch(browser, done, " Goal of\nthe month ").json()["name"] == "Goal of the month"
    job = browser.get(f"/api/export/{done.id}").json()
    assert (job["name"], job["project_name"]) == ("Goal of the month", "Final quarter")
    answer = browser.get(f"/api/export/{done.id}/output?download=1")
    assert "Goal%20of%20the%20month" in answer["Content-Disposition"]


def test_a_blank_name_keeps_the_old(browser, done):
    patch(browser, done, "Goal")
    assert patch(browser, done, " ").json()["name"] == "Goal"


def test_another_name_is_another_etag(browser, done):
    before = browser.get(f"/api/export/{done.id}")["ETag"]
    patch(browser, done, "Goal")
    assert browser.get(f"/api/export/{done.id}", headers={"If-None-Match": before}).status_code == 200


def test_it_has_a_picture_of_its_own(browser, done):
    answer = browser.get(browser.get(f"/api/export/{done.id}").json()["thumbnail_url"])
    assert (answer.status_code, answer.getvalue()[:2]) == (200, b"\xff\xd8")


def test_without_a_picture_it_is_no_worse(browser, user_id, project, credits, runner, clip, monkeypatch):
    monkeypatch.setattr("exports.video.thumbnail.SAFE_INPUT", ("-no_such_option",))
    job = export_jobs.succeeded(user_id, project, runner, clip)
    shown = browser.get(f"/api/export/{job.id}").json()
    assert (shown["status"], shown["thumbnail_url"]) == ("succeeded", None)
    assert browser.get(f"/api/export/{job.id}/thumbnail").status_code == 404


def test_file_and_picture_go_when_their_time_has_come(browser, user_id, done):
    old = timezone.now() - timedelta(days=91)
    export_jobs.change(user_id, done, finished_at=old)
    retention.sweep_user(user_id, is_erased=lambda user_id: False)
    shown = browser.get(f"/api/export/{done.id}").json()
    assert (shown["output_url"], shown["thumbnail_url"]) == (None, None)
    assert not list(media.local_path("").rglob("*.jpg"))


def test_both_outlive_what_lost_attempts_left(browser, user_id, done):
    export_jobs.change(user_id, done, finished_at=timezone.now() - timedelta(hours=3))
    retention.sweep_user(user_id, is_erased=lambda user_id: False)
    for kind in ("output", "thumbnail"):
        assert browser.get(f"/api/export/{done.id}/{kind}").status_code == 200


def test_a_deleted_export_is_nowhere_but_in_the_ledger(browser, user_id, done):
    lines = export_jobs.lines(user_id, done.id)
    assert browser.delete(f"/api/export/{done.id}").status_code == 204
    for path in ("", "/output", "/thumbnail"):
        assert browser.get(f"/api/export/{done.id}{path}").status_code == 404
    assert patch(browser, done, "x").status_code == 404
    assert browser.delete(f"/api/export/{done.id}").status_code == 404
    assert browser.post(f"/api/export/{done.id}/cancel").status_code == 404
    assert found(browser) == []
    assert export_jobs.lines(user_id, done.id) == lines != []
    assert export_jobs.balance_cents(user_id) == 95
    assert not [path for path in media.local_path("").rglob("*") if path.is_file()]


@pytest.mark.parametrize("state", ["failed", "timed_out", "cancelled"])
def test_one_that_came_to_nothing_can_be_deleted(browser, user_id, done, state):
    export_jobs.change(user_id, done, state=state)
    assert browser.delete(f"/api/export/{done.id}").status_code == 204


@pytest.mark.parametrize("state", ["debited", "dispatching", "dispatched", "running"])
def test_an_open_one_stays(browser, user_id, project, credits, state):
    job = export_jobs.sell(user_id, project)
    export_jobs.change(user_id, job, state=state)
    assert browser.delete(f"/api/export/{job.id}").status_code == 409
    assert found(browser) == [job.id]


def test_a_deleted_export_is_not_sold_again_by_its_key(browser, user_id, project, credits, runner, clip):
    body = {"project_id": project.id, "type": "framing", "params": {}}
    sale = {"content_type": "application/json", "headers": {"Idempotency-Key": "once"}}
    job_id = browser.post("/api/export/start", body, **sale).json()["job_id"]
    browser.post(f"/api/export/{job_id}/cancel")
    browser.delete(f"/api/export/{job_id}")
    assert browser.post("/api/export/start", body, **sale).status_code == 404
    assert export_jobs.balance_cents(user_id) == 100


def test_a_deleted_export_is_the_same_as_none(browser, project, done):
    quote = {"project_id": project.id, "type": "framing", "params": {}}
    browser.delete(f"/api/export/{done.id}")
    answer = browser.post("/api/export/quote", quote, content_type="application/json")
    assert answer.json()["same_as"] is None


def test_strangers_neither_rename_nor_delete(stranger, client, browser, done):
    for other in (stranger, client):
        assert patch(other, done, "mine").status_code == 404
        assert other.delete(f"/api/export/{done.id}").status_code == 404
        assert other.get(f"/api/export/{done.id}/thumbnail").status_code == 404
    assert found(browser) == [done.id]


def test_filters_narrow_the_list(browser, user_id, done):
    other = export_jobs.add_project(user_id, name="Полуфинал")
    spotlight = export_jobs.sell(user_id, other, type="overlay")
    assert found(browser) == [spotlight.id, done.id]
    assert found(browser, project_id=other.id) == [spotlight.id]
    assert found(browser, type="framing") == [done.id]
    assert found(browser, status="queued") == [spotlight.id]
    assert found(browser, status="succeeded", type="overlay") == []
    assert found(browser, project_id="0" * 24) == []
    assert found(browser, project_id="", type="", status="", q="") == [spotlight.id, done.id]


@pytest.mark.parametrize("state", ["failed", "timed_out"])
def test_a_public_status_may_be_several_states(browser, user_id, done, state):
    export_jobs.change(user_id, done, state=state)
    assert found(browser, status="failed") == [done.id]


@pytest.mark.parametrize(("q", "hits"), [("QUARTER", 1), ("final q", 1), ("полу", 1), (".*", 0), ("100%", 0)])
def test_names_are_searched_in_any_case(browser, user_id, done, q, hits):
    export_jobs.sell(user_id, export_jobs.add_project(user_id, name="Полуфинал"), type="overlay")
    assert len(found(browser, q=q)) == hits


def test_a_name_of_its_own_is_what_is_searched(browser, done):
    patch(browser, done, "Goal")
    assert (found(browser, q="goal"), found(browser, q="quarter")) == ([done.id], [])


def test_filters_go_along_from_page_to_page(browser, user_id, project):
    export_jobs.give(user_id, 1000)
    for number in range(52):
        job = export_jobs.sell(user_id, project)
        export_jobs.change(
            user_id, job, state="cancelled" if number else "failed", finished_at=timezone.now()
        )
    page = browser.get("/api/export", {"status": "cancelled"}).json()
    rest = browser.get(page["next"]).json()["results"]
    assert [job["status"] for job in rest] == ["cancelled"]


@pytest.mark.parametrize(
    "filters",
    [{"status": "timed_out"}, {"status": "aborted"}, {"type": "melt"}, {"q": "x" * 201}, {"q": "a\x00"}],
)
def test_a_filter_that_is_none_is_named(browser, done, filters):
    answer = browser.get("/api/export", filters)
    assert (answer.status_code, list(answer.json())) == (400, list(filters))
