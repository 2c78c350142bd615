import os
import shutil
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from exports.clips import media
from exports.models import ExportJob, Project, State
from exports.worker import retention
from reelballers.user_db import pool as pools
from reelballers.user_db import user_db, user_db_path, user_transaction
from tests.cast import export_jobs
from tests.damage import damage_page


@pytest.fixture
def job(user_id, credits, runner, clip):
    """A job that succeeded, its clip and its output on disk."""
    return export_jobs.succeeded(user_id, export_jobs.add_project(user_id, clip=clip), runner, clip)


def age(user_id, **span):
    """Everything of a user happened that long ago."""
    then = timezone.now() - timedelta(**span)
    with user_transaction(user_id):
        Project.objects.update(created_at=then)
        ExportJob.objects.update(created_at=then, finished_at=then)


def files(user_id):
    root = media.local_path(media.user_prefix(user_id))
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def put_long_ago(path, clip, *, days):
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(clip, path)
    then = time.time() - days * 86_400
    os.utime(path, (then, then))
    return path


def sweep(is_erased=lambda user_id: False):
    retention.sweep(threading.Event(), is_erased=is_erased)


def test_what_is_young_stays(user_id, job):
    age(user_id, days=89)
    sweep()
    assert files(user_id) == ["output.mp4", "source.mp4", "thumbnail.jpg"]


def test_after_ninety_days_clip_and_output_go_and_the_job_stays(browser, user_id, job):
    age(user_id, days=91)
    sweep()
    assert files(user_id) == []
    found = browser.get(f"/api/export/{job.id}").json()
    assert (found["status"], found["output_url"], found["cost_cents"]) == ("succeeded", None, 5)
    assert browser.get(f"/api/export/{job.id}/output").status_code == 404
    assert browser.get("/api/projects").json()["results"] == []


def test_a_damaged_wallet_keeps_nobody_elses_media(user_id, job, new_user, monkeypatch):
    age(user_id, days=91)
    damaged = new_user()
    pools.pool.close_idle()
    damage_page(user_db_path(damaged), "projects")
    monkeypatch.setattr(media, "users_with_media", lambda: [damaged, user_id])
    sweep()
    assert files(user_id) == []


def test_it_says_when_an_output_will_go(browser, user_id, job):
    found = browser.get(f"/api/export/{job.id}").json()
    assert found["output_expires_at"] > found["finished_at"]


@pytest.mark.parametrize(
    ("source_days", "output_days", "left"), [(0, 1, ["source.mp4"]), (1, 0, ["output.mp4", "thumbnail.jpg"])]
)
def test_each_has_its_own_days_and_none_is_for_ever(user_id, job, settings, source_days, output_days, left):
    settings.SOURCE_RETENTION_DAYS, settings.OUTPUT_RETENTION_DAYS = source_days, output_days
    age(user_id, days=1000)
    sweep()
    assert files(user_id) == left


def test_an_old_clip_that_is_being_exported_stays(user_id, credits, clip):
    project = export_jobs.add_project(user_id, clip=clip)
    export_jobs.sell(user_id, project)
    with user_transaction(user_id):
        Project.objects.update(created_at=timezone.now() - timedelta(days=200))
        ExportJob.objects.update(created_at=timezone.now() - timedelta(days=200))
    sweep()
    assert files(user_id) == ["source.mp4"]


def test_a_clip_counts_from_its_last_export(user_id, job):
    with user_transaction(user_id):
        Project.objects.update(created_at=timezone.now() - timedelta(days=200))
    sweep()
    assert "source.mp4" in files(user_id)


def test_media_of_who_never_had_a_credit_goes_after_a_day(user_id, clip):
    export_jobs.add_project(user_id, clip=clip)
    age(user_id, hours=23)
    sweep()
    assert files(user_id) == ["source.mp4"]
    age(user_id, hours=25)
    sweep()
    assert files(user_id) == []


def test_what_lost_attempts_left_goes(user_id, job, clip):
    export_jobs.put(f"{media.attempt_prefix(user_id, job.id, 7)}/output.mp4", clip)
    age(user_id, hours=3)
    sweep()
    assert files(user_id) == ["output.mp4", "source.mp4", "thumbnail.jpg"]
    assert media.local_path(job.output_path).exists()


def test_a_clip_without_a_row_goes_when_others_go(user_id, job, clip):
    """An upload killed between its file and its row, a delete killed between its row and its file."""
    with user_db(user_id):
        known = media.local_path(Project.objects.get().source_path)
    old, young = (media.local_path(media.project_prefix(user_id, letter * 24)) for letter in "ab")
    put_long_ago(known, clip, days=100)
    put_long_ago(old / "source.mp4", clip, days=91)
    put_long_ago(young / "source.mp4", clip, days=89)
    sweep()
    assert [path.exists() for path in (known, old, young)] == [True, False, True]


def test_what_uploads_and_attempts_left_half_done_goes_after_a_day(settings, clip):
    incoming, work = Path(settings.FILE_UPLOAD_TEMP_DIR), settings.DATA_DIR / "work"
    old = [put_long_ago(incoming / "a", clip, days=2), put_long_ago(work / "b", clip, days=2)]
    young = put_long_ago(incoming / "c", clip, days=0)
    sweep()
    assert [path.exists() for path in (*old, young)] == [False, False, True]


def test_scratch_that_cannot_be_deleted_keeps_nothing_else(user_id, job, clip, settings, monkeypatch):
    def refuse(path):
        raise PermissionError(path)

    age(user_id, days=91)
    stuck = settings.DATA_DIR / "work" / "stuck"
    put_long_ago(stuck / "output.mp4", clip, days=2)
    os.utime(stuck, (0, 0))
    monkeypatch.setattr(shutil, "rmtree", refuse)
    sweep()
    assert files(user_id) == []


def test_media_without_a_file_stays_unless_its_user_was_erased(db, clip):
    """Nobody's row tells: `default` may have been restored older than both, the file come back tomorrow."""
    for nobody in ("d" * 32, "e" * 32):
        export_jobs.put(f"{media.user_prefix(nobody)}/out/x/1/output.mp4", clip)
    sweep(is_erased={"e" * 32}.__contains__)
    assert (files("d" * 32), files("e" * 32)) == (["output.mp4"], [])


def test_a_crash_between_file_and_mark_is_finished_later(user_id, job):
    age(user_id, days=91)
    media.local_path(job.output_path).unlink()
    sweep()
    with user_db(user_id):
        assert ExportJob.objects.get().output_deleted_at is not None


def test_it_stops_when_told(user_id, job):
    age(user_id, days=91)
    stop = threading.Event()
    stop.set()
    retention.sweep(stop, is_erased=lambda user_id: False)
    assert files(user_id) == ["output.mp4", "source.mp4", "thumbnail.jpg"]
    assert export_jobs.job_of(user_id, job.id).state == State.SUCCEEDED
