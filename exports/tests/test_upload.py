import errno
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from exports.clips import media, projects
from exports.models import Project
from exports.video.tests import misleading
from exports.video.tests.clips import claim_size, lie_about_duration, make_clip, run_ffmpeg
from reelballers.models import User
from reelballers.user_db import all_user_ids, user_db


def upload(client, video: Path | bytes, name="Final quarter"):
    content = video if isinstance(video, bytes) else video.read_bytes()
    fields = {"video": SimpleUploadedFile("clip.mp4", content, "video/mp4")}
    return client.post("/api/projects", fields | ({"name": name} if name is not None else {}))


def nothing_was_kept():
    assert not User.objects.exists()
    assert not list(all_user_ids())
    assert not [path for path in media.local_path("").rglob("*") if path.is_file()]
    return True


def test_a_first_upload_makes_a_guest_and_measures_the_clip(db, clip):
    browser = Client()
    answer = upload(browser, clip)
    assert answer.status_code == 201
    project = answer.json()
    assert (project["width"], project["height"], project["has_audio"]) == (320, 180, True)
    assert 950 <= project["duration_ms"] <= 1100
    assert browser.get("/api/me").json()["is_guest"]
    assert browser.get(project["thumbnail_url"]).getvalue()[:2] == b"\xff\xd8"


def test_a_mov_is_a_clip_too(db, tmp_path):
    assert upload(Client(), make_clip(tmp_path / "clip.mov")).status_code == 201


def test_long_packets_are_priced_by_the_packets(db, tmp_path):
    """A header that claims 1 s over 40 s of packets: two blocks."""
    long = make_clip(tmp_path / "long.mp4", seconds=40, size=(64, 36), rate=5, audio=False)
    browser = Client()
    project = upload(browser, lie_about_duration(long, tmp_path / "liar.mp4", 1.0)).json()
    assert project["duration_ms"] > 39_000
    quote = {"project_id": project["id"], "type": "framing", "params": {}}
    answer = browser.post("/api/export/quote", quote, content_type="application/json")
    assert answer.json()["cost_cents"] == 10


def bad_files(folder: Path) -> dict[str, bytes]:
    whole = make_clip(folder / "whole.mp4", seconds=1)
    data = whole.read_bytes()
    run_ffmpeg("-i", str(whole), "-vn", "-c:a", "copy", str(folder / "sound.mp4"))
    run_ffmpeg("-i", str(whole), "-c", "copy", str(folder / "clip.mkv"))
    return {
        "text": b"just some words\n" * 100,
        "empty": b"",
        "one byte": b"\x00",
        "truncated": data[: len(data) // 2],
        "no index": data[:200],
        "20 000 pixels": claim_size(whole, folder / "huge.mp4", 20_000, 20_000).read_bytes(),
        "ffconcat": f"ffconcat version 1.0\nfile {whole}\n".encode(),
        "playlist": f"#EXTM3U\n#EXTINF:1,\nfile://{whole}\n".encode(),
        "sound only": (folder / "sound.mp4").read_bytes(),
        "matroska": (folder / "clip.mkv").read_bytes(),
        "zeros": bytes(100_000),
    }


BAD_FILES = ["text", "empty", "one byte", "truncated", "no index", "20 000 pixels", "ffconcat", "playlist"]
BAD_FILES += ["sound only", "matroska", "zeros"]


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    return bad_files(tmp_path_factory.mktemp("bad"))


@pytest.mark.parametrize("kind", BAD_FILES)
def test_what_cannot_be_exported_is_refused_with_a_reason(db, bad, kind):
    answer = upload(Client(), bad[kind])
    assert answer.status_code == 400, answer.content
    assert list(answer.json()) == ["video"]
    assert answer.json()["video"][0].endswith(".")
    assert not answer.cookies
    assert nothing_was_kept()


def test_a_clip_without_a_picture_to_show_leaves_no_guest(db, clip, monkeypatch):
    def no_picture(*args, **kwargs):
        raise projects.UnplayableClip("No picture of this video can be shown.")

    monkeypatch.setattr(projects, "make_thumbnail", no_picture)
    assert upload(Client(), clip).status_code == 400
    assert nothing_was_kept()


def test_a_form_without_a_video_says_so(db):
    answer = Client().post("/api/projects", {"name": "x"})
    assert (answer.status_code, list(answer.json())) == (400, ["video"])


def test_a_video_that_is_a_text_field_says_so(db):
    answer = Client().post("/api/projects", {"name": "x", "video": "y"})
    assert (answer.status_code, list(answer.json())) == (400, ["video"])


def test_text_is_not_an_upload(db):
    answer = Client().post("/api/projects", "x", content_type="text/plain")
    assert answer.status_code == 415


def test_a_broken_form_is_refused(db):
    kind = "multipart/form-data; boundary=x"
    answer = Client(raise_request_exception=False).post("/api/projects", b"nothing", content_type=kind)
    assert answer.status_code == 400


def test_too_large_is_refused_before_it_is_read(db, settings):
    settings.MAX_UPLOAD_BYTES = 1000

    class Unreadable:
        def read(self, *_):
            raise AssertionError("a byte was read")

        readline = read

    kind = "multipart/form-data; boundary=x"
    request = {"CONTENT_LENGTH": "100000", "CONTENT_TYPE": kind, "wsgi.input": Unreadable()}
    answer = Client().generic("POST", "/api/projects", **request)
    assert answer.status_code == 413
    assert nothing_was_kept()


def test_a_file_a_byte_over_the_limit_is_refused(db, clip, settings):
    settings.MAX_UPLOAD_BYTES = clip.stat().st_size - 1
    assert upload(Client(), clip).status_code == 413
    assert nothing_was_kept()


def test_below_the_disk_reserve_it_is_not_now(db, clip, settings):
    settings.DISK_RESERVE_BYTES = 10**18
    answer = upload(Client(), clip)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert nothing_was_kept()


def test_a_disk_that_fills_up_leaves_nothing_half_done(browser, user_id, clip, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(default_storage._wrapped, "_save", full)
    answer = upload(browser, clip)
    assert answer.status_code == 503
    assert "Retry-After" in answer
    with user_db(user_id):
        assert not Project.objects.exists()


def test_the_quota_counts_all_clips(browser, clip, settings):
    settings.MEDIA_QUOTA_BYTES = clip.stat().st_size * 2 - 1
    assert upload(browser, clip).status_code == 201
    answer = upload(browser, clip)
    assert (answer.status_code, list(answer.json())) == (413, ["video"])
    assert len(browser.get("/api/projects").json()["results"]) == 1


def test_two_uploads_at_once_do_not_share_the_same_room(browser, user_id, clip, settings, monkeypatch):
    settings.MEDIA_QUOTA_BYTES = clip.stat().st_size * 2 - 1
    save, depth = default_storage.save, []

    def save_while_another_uploads(name, content):
        if not depth:
            depth.append(1)
            assert upload(browser, clip).status_code == 201
        return save(name, content)

    monkeypatch.setattr(projects.default_storage._wrapped, "save", save_while_another_uploads, raising=False)
    assert upload(browser, clip).status_code == 413
    with user_db(user_id):
        assert Project.objects.count() == 1
    assert len(list(media.local_path("").rglob("source.mp4"))) == 1


def test_a_clip_that_kills_its_reader_is_only_refused(db, clip, monkeypatch, tmp_path):
    """A demuxer that crashes takes its own process with it, never the server."""
    monkeypatch.setattr("exports.video.isolated.sys.executable", reader(tmp_path, "kill -SEGV $$"))
    assert upload(Client(), clip).status_code == 400
    assert nothing_was_kept()


@pytest.mark.parametrize("fault", ["TypeError: no such option", "MemoryError", "ImportError: av"])
def test_a_fault_of_ours_is_not_the_clips(db, clip, monkeypatch, tmp_path, caplog, fault):
    monkeypatch.setattr(
        "exports.video.isolated.sys.executable", reader(tmp_path, f"echo '{fault}' >&2; exit 1")
    )
    answer = upload(Client(), clip)
    assert (answer.status_code, set(answer.json())) == (500, {"detail", "request_id"})
    assert "damaged" not in answer.content.decode()
    assert fault in caplog.text
    assert nothing_was_kept()


def test_a_bound_of_ours_is_named(db, clip, monkeypatch):
    monkeypatch.setattr(projects, "PROBE_SECONDS", 0)
    answer = upload(Client(), clip)
    assert (answer.status_code, "0 seconds" in answer.json()["video"][0]) == (400, True)


def test_a_trimmed_recording_is_sold_as_long_as_it_is_shown(db):
    """Its last sample claims 40 s, its edit list ends after 2."""
    browser = Client()
    project = upload(browser, misleading.file("trimmed-still.mp4")).json()
    quote = {"project_id": project["id"], "type": "overlay", "params": {}}
    answer = browser.post("/api/export/quote", quote, content_type="application/json")
    assert (project["duration_ms"], answer.json()["cost_cents"]) == (2000, 8)


def reader(folder: Path, line: str) -> str:
    """A program that reads clips like that."""
    path = folder / "reader"
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
    return str(path)
