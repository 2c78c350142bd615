"""An export becomes a clip without a download and an upload, and is one in every way."""

import errno
from pathlib import Path

import pytest

from exports.clips import media
from exports.models import Project
from exports.tests.test_upload import nothing_was_kept
from reelballers.models import User
from reelballers.user_db import user_db
from tests.cast import export_jobs


@pytest.fixture
def done(user_id, project, credits, runner, clip):
    return export_jobs.succeeded(user_id, project, runner, clip)


def make(browser, job_id, **more):
    return browser.post("/api/projects", {"from_job": job_id, **more}, content_type="application/json")


def test_it_is_a_clip_with_the_exports_name(browser, done, clip):
    answer = make(browser, done.id)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["name"], made["width"], made["has_audio"]) == ("Final quarter", 320, True)
    assert made["size_bytes"] == clip.stat().st_size
    assert browser.get(made["video_url"]).getvalue() == clip.read_bytes()
    assert browser.get(made["thumbnail_url"]).getvalue()[:2] == b"\xff\xd8"


def test_it_may_have_a_name_of_its_own(browser, done):
    assert make(browser, done.id, name="Second\nhalf").json()["name"] == "Second half"
    assert make(browser, done.id, name=" ").json()["name"] == "Final quarter"


def test_it_can_be_exported_again(browser, user_id, done, runner, clip):
    made = make(browser, done.id).json()
    with user_db(user_id):
        project = Project.objects.get(pk=made["id"])
    assert export_jobs.sell(user_id, project, type="upscale").cost_cents == 30


def test_it_survives_the_export_and_the_export_survives_it(browser, done):
    kept, gone = make(browser, done.id).json(), make(browser, done.id).json()
    assert browser.delete(f"/api/projects/{gone['id']}").status_code == 204
    assert browser.get(f"/api/export/{done.id}/output").status_code == 200
    assert browser.delete(f"/api/export/{done.id}").status_code == 204
    assert browser.get(kept["video_url"]).status_code == 200


def test_a_volume_without_links_gets_a_copy(browser, done, clip, monkeypatch):
    def no_links(*args):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    assert browser.get(make(browser, done.id).json()["video_url"]).getvalue() == clip.read_bytes()


@pytest.mark.parametrize("state", ["debited", "running", "failed", "cancelled"])
def test_an_export_that_has_not_succeeded_is_none(browser, user_id, done, state):
    export_jobs.change(user_id, done, state=state)
    assert make(browser, done.id).status_code == 409


def test_an_export_whose_file_is_gone_is_none(browser, user_id, done):
    media.local_path(done.output_path).unlink()
    assert make(browser, done.id).status_code == 409
    with user_db(user_id):
        assert Project.objects.count() == 1


def test_it_counts_in_the_quota(browser, done, clip, settings):
    settings.MEDIA_QUOTA_BYTES = clip.stat().st_size + 999  # its source counts 1000
    answer = make(browser, done.id)
    assert (answer.status_code, list(answer.json())) == (413, ["video"])
    assert len(list(media.local_path("").rglob("source.mp4"))) == 0


def test_below_the_disk_reserve_it_is_not_now(browser, done, settings):
    settings.DISK_RESERVE_BYTES = 10**18
    assert make(browser, done.id).status_code == 503


def test_a_strangers_export_is_not_there(stranger, done):
    assert make(stranger, done.id).status_code == 404


def test_a_refusal_makes_no_guest(db, client):
    assert make(client, "0" * 24).status_code == 404
    assert not client.cookies
    assert not User.objects.exists()
    assert nothing_was_kept()


@pytest.mark.parametrize("body", [{}, {"from_job": 7}, {"from_job": None}, [], {"from_job": "a\x00"}])
def test_a_request_that_names_none_says_so(browser, body):
    assert browser.post("/api/projects", body, content_type="application/json").status_code == 400
