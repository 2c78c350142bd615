import pytest

from exports.clips import media
from exports.models import Project
from exports.tests.test_upload import upload
from reelballers.user_db import user_db
from tests.cast import export_jobs


@pytest.fixture
def uploaded(browser, clip):
    return upload(browser, clip).json()


def test_the_list_is_newest_first(browser, user_id):
    first, second = export_jobs.add_project(user_id), export_jobs.add_project(user_id)
    found = browser.get("/api/projects").json()["results"]
    assert [project["id"] for project in found] == [second.id, first.id]


def test_the_list_goes_on_page_by_page(browser, user_id):
    for _ in range(51):
        export_jobs.add_project(user_id)
    page = browser.get("/api/projects").json()
    rest = browser.get(page["next"]).json()
    assert (len(page["results"]), len(rest["results"])) == (50, 1)


def test_without_a_session_there_is_nothing(client, project):
    assert client.get("/api/projects").json()["results"] == []
    assert client.get(f"/api/projects/{project.id}").status_code == 404
    assert client.delete(f"/api/projects/{project.id}").status_code == 404
    assert not client.cookies


@pytest.mark.parametrize("path", ["", "/video", "/thumbnail"])
def test_a_strangers_clip_is_not_there(stranger, uploaded, path):
    assert stranger.get(f"/api/projects/{uploaded['id']}{path}").status_code == 404


def test_a_stranger_deletes_nothing(stranger, browser, uploaded):
    assert stranger.delete(f"/api/projects/{uploaded['id']}").status_code == 404
    assert browser.get(uploaded["video_url"]).status_code == 200


def test_deleting_takes_row_and_files(browser, user_id, uploaded):
    assert browser.delete(f"/api/projects/{uploaded['id']}").status_code == 204
    assert browser.get(f"/api/projects/{uploaded['id']}").status_code == 404
    with user_db(user_id):
        assert not Project.objects.exists()
    assert not list((media.local_path(media.user_prefix(user_id)) / "projects").iterdir())


def test_a_clip_being_exported_stays(browser, user_id, project, credits):
    job = export_jobs.sell(user_id, project)
    assert browser.delete(f"/api/projects/{project.id}").status_code == 409
    export_jobs.cancel(user_id, job)
    assert browser.delete(f"/api/projects/{project.id}").status_code == 204


def test_exports_outlive_their_clip(browser, user_id, project, credits):
    job = export_jobs.cancel(user_id, export_jobs.sell(user_id, project))
    browser.delete(f"/api/projects/{project.id}")
    assert browser.get(f"/api/export/{job.id}").json()["project_name"] == "Final quarter"


def test_a_deleted_clip_twice_is_not_there(browser, project):
    browser.delete(f"/api/projects/{project.id}")
    assert browser.delete(f"/api/projects/{project.id}").status_code == 404
