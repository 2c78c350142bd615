from urllib.parse import quote

import pytest

from exports.clips import media
from tests.cast import export_jobs


@pytest.fixture
def job(user_id, project, credits, runner, clip):
    return export_jobs.succeeded(user_id, project, runner, clip)


def test_it_is_the_file(browser, job, clip):
    answer = browser.get(f"/api/export/{job.id}/output")
    assert (answer.status_code, answer["Content-Type"]) == (200, "video/mp4")
    assert answer.getvalue() == clip.read_bytes()


def test_it_seeks(browser, job, clip):
    answer = browser.get(f"/api/export/{job.id}/output", headers={"Range": "bytes=10-19"})
    assert (answer.status_code, answer.getvalue()) == (206, clip.read_bytes()[10:20])


FILE_NAMES = [
    ("Final quarter", "Final quarter · Reframe 9x16.mp4"),
    ("Полуфинал", "Полуфинал · Reframe 9x16.mp4"),
    ("a/b\\c:d", "a-b-c-d · Reframe 9x16.mp4"),
    ("..", "Untitled clip · Reframe 9x16.mp4"),
    ("決勝" * 100, "決勝" * 30 + " · Reframe 9x16.mp4"),
]


@pytest.mark.parametrize(("name", "file_name"), FILE_NAMES)
def test_it_downloads_under_a_name_that_any_language_can_read(browser, user_id, job, name, file_name):
    export_jobs.change(user_id, job, project_name=name)
    answer = browser.get(f"/api/export/{job.id}/output?download=1")
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(file_name)}"


def test_it_is_the_owners_alone(stranger, client, job):
    assert stranger.get(f"/api/export/{job.id}/output").status_code == 404
    assert client.get(f"/api/export/{job.id}/output").status_code == 404


@pytest.mark.parametrize("state", ["debited", "running", "failed", "timed_out", "cancelled"])
def test_only_success_has_one(browser, user_id, job, state):
    export_jobs.change(user_id, job, state=state)
    answer = browser.get(f"/api/export/{job.id}/output")
    assert (answer.status_code, answer.json()) == (404, {"detail": "This export has no file."})
    assert browser.get(f"/api/export/{job.id}").json()["output_url"] is None


def test_a_file_that_is_gone_is_not_there(browser, job):
    media.local_path(job.output_path).unlink()
    assert browser.get(f"/api/export/{job.id}/output").status_code == 404
