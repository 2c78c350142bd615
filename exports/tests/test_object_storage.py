"""Media in S3-compatible storage, against a server on a port: upload, export, ranges, retention."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
import requests
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.module_loading import import_string
from moto.server import ThreadedMotoServer

from exports.attempts import Attempt
from exports.clips import media, storage
from exports.far import container
from exports.far import orders as far_orders
from exports.models import ExportJob, Project
from exports.runners.local import LocalRunner
from exports.tests.test_upload import upload
from exports.worker import retention
from reelballers.settings import _MEDIA_IN_S3
from reelballers.user_db import user_transaction
from tests.cast import export_jobs
from tests.cast.breakable_line import line_to
from tests.product import free_ports


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    port = free_ports(1)[0]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


def storage_at(url):
    mine = {"bucket_name": "media", "endpoint_url": url, "access_key": "key", "secret_key": "secret"}
    return import_string(_MEDIA_IN_S3["BACKEND"])(
        **{**_MEDIA_IN_S3["OPTIONS"], **mine, "region_name": "us-east-1"}
    )


@pytest.fixture
def bucket(server, db, monkeypatch):
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    bucket = boto3.resource("s3", endpoint_url=server, **keys).create_bucket(Bucket="media")
    monkeypatch.setattr(default_storage, "_wrapped", storage_at(server))
    yield bucket
    bucket.objects.all().delete()


@pytest.fixture
def line(server, bucket, monkeypatch):
    """The way to the bucket, which can fail; on it nobody waits as long as in production."""
    monkeypatch.setattr(storage, "READ_SECONDS", 1)
    with line_to(urlsplit(server).port) as line:
        monkeypatch.setattr(default_storage, "_wrapped", storage_at(f"http://127.0.0.1:{line.port}"))
        yield line


def names(bucket):
    return sorted(item.key.rsplit("/", 1)[1] for item in bucket.objects.all())


def exported(browser, user_id, clip):
    export_jobs.give(user_id, 100)
    project = upload(browser, clip).json()
    body = {"project_id": project["id"], "type": "framing", "params": {}}
    job_id = browser.post("/api/export/start", body, content_type="application/json").json()["job_id"]
    runner, deadline = LocalRunner(parallel=1), time.monotonic() + 60
    while (job := export_jobs.step(user_id, job_id, runner)).is_open:
        assert time.monotonic() < deadline, job.state
        time.sleep(0.1)
    return job


def test_a_clip_goes_in_and_is_sent_from_there(browser, user_id, clip, bucket):
    project = upload(browser, clip).json()
    assert names(bucket) == ["source.mp4", "thumbnail.jpg"]
    answer = browser.get(project["video_url"])
    assert answer.status_code == 302
    part = requests.get(answer["Location"], headers={"Range": "bytes=10-19"}, timeout=10)
    assert (part.status_code, part.content) == (206, clip.read_bytes()[10:20])
    assert part.headers["Content-Type"] == "video/mp4"


def test_an_address_needs_its_signature(browser, clip, bucket):
    location = browser.get(upload(browser, clip).json()["video_url"])["Location"]
    assert "X-Amz-Signature=" in location
    assert "X-Amz-Expires=3600" in location


def test_an_export_reads_and_writes_there_by_presigned_addresses(browser, user_id, clip, bucket):
    job = exported(browser, user_id, clip)
    assert job.status == "succeeded", job.error
    assert names(bucket) == ["output.mp4", "source.mp4", "thumbnail.jpg", "thumbnail.jpg"]
    answer = browser.get(f"/api/export/{job.id}/output?download=1")
    film = requests.get(answer["Location"], timeout=10)
    assert film.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Final%20quarter")
    assert film.content[4:8] == b"ftyp"
    part = requests.get(answer["Location"], headers={"Range": "bytes=-5"}, timeout=10)
    assert part.content == film.content[-5:]


def test_an_output_is_written_there_once(bucket, tmp_path):
    """The address lives on after the job's end; a second run of the same input must not change what was looked at."""
    which = Attempt("0" * 32, "1" * 24, 1, "upscale", {}, "a/source.mp4", "a/out", 1000, 60.0)
    order = far_orders.order_of(which, far_orders.ticket_of(which))
    for body in (b"first", b"second"):
        (tmp_path / "film.mp4").write_bytes(body)
        container.deliver(tmp_path / "film.mp4", order["output_url"])
    assert bucket.Object("a/out/output.mp4").get()["Body"].read() == b"first"


def test_an_attempts_addresses_live_as_long_as_it_may_run(user_id, clip, bucket):
    which = Attempt(user_id, "1" * 24, 1, "upscale", {}, "a/source.mp4", "a/out", 1000, 20 * 3600.0)
    order = far_orders.order_of(which, far_orders.ticket_of(which))
    for url in (order["source_url"], order["output_url"]):
        assert int(parse_qs(url)["X-Amz-Expires"][0]) > 20 * 3600


def test_retention_deletes_there(browser, user_id, clip, bucket):
    job = exported(browser, user_id, clip)
    long_ago = timezone.now() - timedelta(days=91)
    with user_transaction(user_id):
        Project.objects.update(created_at=long_ago)
        ExportJob.objects.update(created_at=long_ago, finished_at=long_ago)
    assert list(media.users_with_media()) == [user_id]
    retention.sweep(threading.Event(), is_erased=lambda user_id: False)
    assert names(bucket) == []
    assert not export_jobs.job_of(user_id, job.id).has_output


def test_an_export_becomes_a_clip_there(browser, user_id, clip, bucket):
    job = exported(browser, user_id, clip)
    body = {"from_job": job.id}
    made = browser.post("/api/projects", body, content_type="application/json").json()
    browser.delete(f"/api/export/{job.id}")
    film = requests.get(browser.get(made["video_url"])["Location"], timeout=10)
    assert film.content[4:8] == b"ftyp"
    assert names(bucket) == ["source.mp4", "source.mp4", "thumbnail.jpg", "thumbnail.jpg"]


def test_deleting_a_clip_deletes_it_there(browser, clip, bucket):
    project = upload(browser, clip).json()
    assert browser.delete(f"/api/projects/{project['id']}").status_code == 204
    assert names(bucket) == []


def test_a_clip_without_a_row_goes_there_too(browser, user_id, clip, bucket, settings):
    export_jobs.give(user_id, 100)
    upload(browser, clip)
    bucket.put_object(Key=f"{media.project_prefix(user_id, 'a' * 24)}/left.mp4", Body=b"left")
    retention.sweep_user(user_id, is_erased=lambda user_id: False)
    assert names(bucket) == ["left.mp4", "source.mp4", "thumbnail.jpg"]
    settings.SOURCE_RETENTION_DAYS = -1
    retention.sweep_user(user_id, is_erased=lambda user_id: False)
    assert names(bucket) == []


@pytest.mark.parametrize("trouble", ["cut", "fall_silent"])
def test_a_storage_that_is_away_is_told_soon_and_keeps_nothing(browser, user_id, clip, bucket, line, trouble):
    getattr(line, trouble)()
    answer = upload(browser, clip)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert browser.get("/api/projects").json()["results"] == []
    assert names(bucket) == []
