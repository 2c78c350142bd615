"""What every runner promises, asked of both: the local one, and Modal's client against a control plane whose
containers run exports.far.container over real HTTP."""

import time
from collections.abc import Iterator

import pytest

from exports.attempts import Attempt, attempt_of
from exports.clips import media
from exports.clips.projects import get_project
from exports.models import State
from exports.runners.base import Runner
from exports.runners.local import LocalRunner
from exports.runners.modal import ModalRunner
from exports.tests.control_plane import serving
from exports.video.probe import probe
from exports.video.tests.clips import make_clip
from exports.worker import following
from reelballers.user_db import user_db
from tests.cast import export_jobs

pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 60


@pytest.fixture(params=["local", "modal"])
def runner(request, settings, monkeypatch) -> Iterator[Runner]:
    if request.param == "local":
        local = LocalRunner(parallel=2)
        yield local
        for child in local._children.values():
            child.process.kill()
            child.process.wait()
        return
    settings.API_URL = request.getfixturevalue("live_server").url
    settings.MODAL_TOKEN_ID, settings.MODAL_TOKEN_SECRET = "ak-test", "as-test"
    with serving() as plane:
        monkeypatch.setenv("MODAL_SERVER_URL", f"http://127.0.0.1:{plane.port}")
        far = ModalRunner()
        far.poll_every_seconds = 0.0
        yield far
        if far._client is not None:
            far._client.close()


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory):
    return make_clip(tmp_path_factory.mktemp("long") / "clip.mp4", seconds=30, size=(320, 180))


def sold(user_id, clip, **params):
    export_jobs.give(user_id, 100)
    project = export_jobs.add_project(user_id, clip=clip, duration_ms=int(params.pop("duration_ms", 1000)))
    return export_jobs.sell(user_id, project, params=params)


def follow(user_id, job, runner, *wanted):
    deadline = time.monotonic() + SECONDS
    while (found := export_jobs.step(user_id, job.id, runner)).state not in wanted:
        assert time.monotonic() < deadline, (found.state, found.error)
        assert found.state not in {State.FAILED, State.TIMED_OUT}, found.error
        following.forget_all_but(set())
        time.sleep(0.1)
    return found


def attempt(user_id, job) -> Attempt:
    with user_db(user_id):
        return attempt_of(user_id, job, get_project(project_id=job.project_id))


def test_it_delivers_the_output_and_the_receipt(runner, user_id, clip):
    job = follow(user_id, sold(user_id, clip, aspect="1:1"), runner, State.SUCCEEDED)
    facts = probe(media.local_path(job.output_path))
    assert (facts.width, facts.height, facts.has_audio) == (1080, 1080, True)
    assert job.run_seconds > 0
    assert job.gpu == ("" if isinstance(runner, LocalRunner) else "T4")
    assert (job.compute_cost_microdollars > 0) == (job.gpu == "T4")


TYPES = [
    (
        "overlay",
        {"keyframes": [{"time_seconds": 0, "x": 0.2, "y": 0.5, "radius": 0.1}], "dim": 0.5},
        (320, 180),
        8,
    ),
    ("annotate", {"items": [{"kind": "text", "text": "Goal!"}, {"kind": "circle"}]}, (320, 180), 10),
    ("upscale", {"factor": 2}, (640, 360), 30),
]


@pytest.mark.parametrize(("kind", "params", "size", "cents"), TYPES)
def test_it_makes_every_type(runner, user_id, clip, kind, params, size, cents):
    export_jobs.give(user_id, 100)
    job = export_jobs.sell(user_id, export_jobs.add_project(user_id, clip=clip), type=kind, params=params)
    job = follow(user_id, job, runner, State.SUCCEEDED)
    facts = probe(media.local_path(job.output_path))
    assert (facts.width, facts.height, facts.video_codec, facts.has_audio) == (*size, "h264", True)
    assert export_jobs.balance_cents(user_id) == 100 - cents


def test_it_tells_the_clips_own_fault(runner, user_id, tmp_path):
    noise = tmp_path / "noise.mp4"
    noise.write_bytes(b"noise" * 1000)
    job = sold(user_id, noise)
    deadline = time.monotonic() + SECONDS
    while (found := export_jobs.step(user_id, job.id, runner)).is_open:
        assert time.monotonic() < deadline, found.state
        time.sleep(0.1)
    assert (found.state, found.error_code) == (State.FAILED, "clip")
    assert export_jobs.balance_cents(user_id) == 100


def test_it_tells_how_far_it_is_and_stops_when_nobody_waits(runner, user_id, long_clip):
    job = sold(user_id, long_clip, duration_ms=30_000)
    follow(user_id, job, runner, State.RUNNING)
    export_jobs.cancel(user_id, job)
    found = export_jobs.step(user_id, job.id, runner)
    assert found.state == State.CANCELLED
    which = attempt(user_id, found)
    deadline = time.monotonic() + SECONDS
    while (report := runner.poll(found.call_id, which)).state != "ended":
        assert time.monotonic() < deadline, report
        time.sleep(0.2)
    assert report.envelope["error_code"] == "cancelled"
    assert not media.local_path(f"{which.output_prefix}/output.mp4").exists()
    assert export_jobs.lines(user_id, job.id) == [("debit", -5), ("refund", 5)]


def test_what_it_never_had_is_lost_and_cannot_be_cancelled(runner, user_id, clip):
    job = sold(user_id, clip)
    runner.cancel("1:never")
    assert runner.poll("1:never", attempt(user_id, job)).state == "lost"


def test_two_attempts_share_nothing(runner, user_id, clip):
    """A lost reply makes a duplicate: each writes to its own place, one wins, the other is told to stop."""
    job = follow(user_id, sold(user_id, clip), runner, State.DISPATCHED, State.RUNNING)
    export_jobs.change(user_id, job, state=State.DEBITED, lease_until=None, call_id=None, envelope=None)
    job = follow(user_id, job, runner, State.SUCCEEDED)
    assert job.attempt == 2
    assert job.output_path.endswith("/2/output.mp4")
    assert export_jobs.lines(user_id, job.id) == [("debit", -5)]
