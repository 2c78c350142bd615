"""Nasty clips from upload to film: each type of export is right, or refused with a reason and given back."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from exports.runners.local import LocalRunner
from exports.video.tests.clips import claim_size, make_clip, run_ffmpeg
from exports.video.tests.films import TYPES, check_film, params_for
from exports.video.tests.nasty import CLIPS, GREY, HEVC, MARK, filmed, nasty
from tests.cast import export_jobs

pytestmark = pytest.mark.timeout(900)
SECONDS = 600
CREDITS = 5000
QUICK = {("framing", "portrait")}


def pairs():
    for name in CLIPS:
        for export_type in TYPES:
            marks = () if (export_type, name) in QUICK else pytest.mark.slow
            yield pytest.param(export_type, name, marks=marks)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("nasty")


@pytest.fixture
def runner(user_id) -> Iterator[LocalRunner]:
    export_jobs.give(user_id, CREDITS)
    runner = LocalRunner(parallel=1)
    yield runner
    for child in runner._children.values():
        child.process.kill()
        child.process.wait()


def upload(browser, clip: Path):
    video = SimpleUploadedFile(clip.name, clip.read_bytes(), "video/mp4")
    return browser.post("/api/projects", {"name": "Final quarter", "video": video})


def start(browser, project: dict, export_type: str, params: dict):
    order = {"project_id": project["id"], "type": export_type, "params": params}
    return browser.post("/api/export/start", order, content_type="application/json")


def export(browser, user_id, runner, clip: Path, export_type: str, params: dict) -> dict:
    """The job when it has ended."""
    started = start(browser, upload(browser, clip).json(), export_type, params)
    assert started.status_code == 201, started.content
    job_id, deadline = started.json()["job_id"], time.monotonic() + SECONDS
    while export_jobs.step(user_id, job_id, runner).is_open:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return browser.get(f"/api/export/{job_id}").json()


def download(browser, job: dict, path: Path) -> Path:
    path.write_bytes(browser.get(job["output_url"]).getvalue())
    return path


@pytest.mark.parametrize(("export_type", "name"), list(pairs()))
def test_it_is_delivered_and_paid(browser, user_id, runner, folder, tmp_path, export_type, name):
    clip = nasty(name, folder)
    job = export(browser, user_id, runner, clip, export_type, params_for(export_type, name))
    assert job["status"] == "succeeded", job
    check_film(export_type, name, clip, download(browser, job, tmp_path / "film.mp4"))
    assert export_jobs.balance_cents(user_id) == CREDITS - job["cost_cents"]


def damaged(folder: Path) -> Path:
    """Noise in the middle of the pictures, so that only rendering finds out."""
    clip = make_clip(folder / "damaged.mp4", picture="testsrc2", seconds=2)
    data = bytearray(clip.read_bytes())
    middle = data.find(b"mdat") + len(data) // 2
    data[middle : middle + 40_000] = b"\xa5" * 40_000
    clip.write_bytes(data)
    return clip


@pytest.mark.parametrize(
    "export_type",
    [pytest.param(name, marks=() if name == "overlay" else pytest.mark.slow) for name in TYPES],
)
def test_damage_is_told_and_given_back(browser, user_id, runner, folder, export_type):
    job = export(browser, user_id, runner, damaged(folder), export_type, {})
    assert (job["status"], job["refunded_cents"]) == ("failed", job["cost_cents"])
    assert job["error"] == "The clip is damaged and cannot be read to its end."
    assert export_jobs.balance_cents(user_id) == CREDITS


def cut_short(path: Path) -> Path:
    """The whole index, half of the media."""
    run_ffmpeg(
        "-i", str(filmed(path.with_name("whole.mp4"))), "-c", "copy", "-movflags", "+faststart", str(path)
    )
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    return path


def turned_a_little(path: Path) -> Path:
    run_ffmpeg(
        *(
            "-display_rotation",
            "30",
            "-i",
            str(filmed(path.with_name("straight.mp4"))),
            "-c",
            "copy",
            str(path),
        )
    )
    return path


REFUSED = {
    "incomplete": cut_short,
    "16384×16384": lambda path: claim_size(filmed(path.with_name("small.mp4")), path, 16384, 16384),
    "Dolby Vision": lambda path: filmed(path, codec=(*HEVC[:-1], "dvh1"), extra=("-strict", "unofficial")),
    "odd angle": turned_a_little,
    "more than 250 frames": lambda path: filmed(path, rate=300),
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_cannot_be_right_is_refused_at_once(browser, user_id, tmp_path, words):
    answer = upload(browser, REFUSED[words](tmp_path / "clip.mp4"))
    assert answer.status_code == 400
    assert words in answer.json()["video"][0]


@pytest.mark.slow
@pytest.mark.parametrize("export_type", TYPES)
def test_4k_is_delivered(browser, user_id, runner, folder, tmp_path, export_type):
    clip = filmed(folder / "4k.mp4", size=(3840, 2160), seconds=0.4)
    job = export(browser, user_id, runner, clip, export_type, params_for(export_type, "4k"))
    assert job["status"] == "succeeded", job
    check_film(export_type, "4k", clip, download(browser, job, tmp_path / "film.mp4"))


def test_4k_four_times_as_large_is_not_sold(browser, user_id, runner, folder):
    project = upload(browser, make_clip(folder / "wide.mp4", size=(3840, 64), seconds=0.1)).json()
    answer = start(browser, project, "upscale", {"factor": 4})
    assert answer.status_code == 400
    assert "7680" in str(answer.json())
    assert export_jobs.balance_cents(user_id) == CREDITS


def an_hour(path: Path) -> Path:
    """A picture a second, white and loud half-way."""
    flash = "drawbox=c=white:t=fill:enable='between(t,1799.5,1800.5)'"
    beep = ("-af", "volume='6*between(t,1800,1801)':eval=frame", "-ar", "8000")
    look = {"picture": GREY, "filters": f"{MARK},{flash}", "size": (160, 90)}
    return make_clip(path, **look, rate=1, seconds=3600, extra=beep)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("export_type", "cents"), [("framing", 600), ("overlay", 960), ("annotate", 1200), ("upscale", 3600)]
)
def test_an_hour_is_delivered(browser, user_id, runner, folder, tmp_path, export_type, cents):
    clip = folder / "hour.mp4"
    clip = clip if clip.exists() else an_hour(clip)
    job = export(browser, user_id, runner, clip, export_type, params_for(export_type, "hour"))
    assert (job["status"], job["cost_cents"]) == ("succeeded", cents), job
    check_film(export_type, "hour", clip, download(browser, job, tmp_path / "film.mp4"))
