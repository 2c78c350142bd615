"""Every change of a job's state, and who wins when two meet."""

import pytest

from exports import jobs
from exports.errors import JobHasEnded, NoSuchJob
from exports.models import ExportJob, State
from reelballers.user_db import user_db
from tests.cast import export_jobs

OPEN = ["debited", "dispatching", "dispatched", "running"]
ENDED = ["succeeded", "failed", "timed_out", "cancelled"]


@pytest.fixture
def job(user_id, project, credits):
    return export_jobs.sell(user_id, project)


def in_state(user_id, job, state, **facts):
    finished = {"finished_at": job.created_at, "output_path": "x"} if state in ENDED else {}
    export_jobs.change(user_id, job, state=state, **finished, **facts)
    return export_jobs.job_of(user_id, job.id)


@pytest.mark.parametrize("state", ["debited", "dispatching"])
def test_a_claim_takes_the_next_attempt(user_id, job, state):
    claimed = jobs.claim(user_id=user_id, job=in_state(user_id, job, state))
    assert (claimed.state, claimed.attempt) == (State.DISPATCHING, 1)
    assert claimed.lease_until > claimed.created_at


@pytest.mark.parametrize("state", ["dispatched", "running", *ENDED])
def test_what_a_runner_has_or_has_ended_is_not_claimed(user_id, job, state):
    assert jobs.claim(user_id=user_id, job=in_state(user_id, job, state)) is None


def test_of_two_workers_one_claims(user_id, job):
    assert jobs.claim(user_id=user_id, job=job) is not None
    assert jobs.claim(user_id=user_id, job=job) is None


def test_a_new_attempt_starts_without_what_the_last_one_left(user_id, job):
    left = {"progress": 0.8, "started_at": job.created_at, "dispatched_at": job.created_at, "call_id": "x"}
    job = in_state(user_id, job, "debited", attempt=1, **left)
    claimed = jobs.claim(user_id=user_id, job=job)
    assert (claimed.progress, claimed.started_at, claimed.dispatched_at, claimed.call_id) == (
        0,
        None,
        None,
        None,
    )


def test_dispatched_keeps_the_runners_name_for_it(user_id, job):
    job = jobs.claim(user_id=user_id, job=job)
    assert jobs.note_dispatched(user_id=user_id, job=job, call_id="c")
    found = export_jobs.job_of(user_id, job.id)
    assert (found.state, found.call_id) == (State.DISPATCHED, "c")


def test_an_attempt_that_spoke_first_only_gets_its_name(user_id, job):
    job = jobs.claim(user_id=user_id, job=job)
    assert jobs.note_progress(user_id=user_id, job=job, progress=0.1)
    assert jobs.note_dispatched(user_id=user_id, job=job, call_id="c")
    found = export_jobs.job_of(user_id, job.id)
    assert (found.state, found.call_id, found.progress) == (State.RUNNING, "c", 0.1)


@pytest.mark.parametrize("state", ["debited", *ENDED])
def test_a_job_that_moved_on_is_not_dispatched(user_id, job, state):
    job = jobs.claim(user_id=user_id, job=job)
    in_state(user_id, job, state)
    assert not jobs.note_dispatched(user_id=user_id, job=job, call_id="c")


def test_an_older_attempt_says_nothing(user_id, job):
    old = jobs.claim(user_id=user_id, job=job)
    export_jobs.change(user_id, old, attempt=2)
    facts = {"user_id": user_id, "job": old}
    assert not jobs.note_dispatched(**facts, call_id="c")
    assert not jobs.note_progress(**facts, progress=0.5)
    assert not jobs.note_envelope(**facts, envelope={"ok": True})
    assert not jobs.succeed(**facts, output_path="x")
    assert not jobs.fail(**facts, error="x", error_code="internal")
    assert not jobs.put_back(**facts, wait_seconds=0, was_sent=True)
    assert export_jobs.lines(user_id, job.id) == [("debit", -5)]


@pytest.mark.parametrize("state", ENDED)
def test_what_has_ended_stays(user_id, job, state):
    job = in_state(user_id, job, state)
    facts = {"user_id": user_id, "job": job}
    assert not jobs.note_progress(**facts, progress=0.5)
    assert not jobs.note_envelope(**facts, envelope={"ok": True})
    assert not jobs.succeed(**facts, output_path="y")
    assert not jobs.fail(**facts, error="x", error_code="internal")
    assert not jobs.put_back(**facts, wait_seconds=0, was_sent=True)
    with pytest.raises(JobHasEnded):
        jobs.cancel(user_id=user_id, job_id=job.id)
    assert export_jobs.job_of(user_id, job.id).state == state
    assert export_jobs.lines(user_id, job.id) == [("debit", -5)]


@pytest.mark.parametrize("state", OPEN)
def test_an_open_job_can_succeed_without_a_line(user_id, job, state):
    job = in_state(user_id, job, state)
    assert jobs.succeed(user_id=user_id, job=job, output_path="x")
    assert export_jobs.job_of(user_id, job.id).progress == 1
    assert export_jobs.lines(user_id, job.id) == [("debit", -5)]


@pytest.mark.parametrize("state", OPEN)
@pytest.mark.parametrize("end", [State.FAILED, State.TIMED_OUT])
def test_an_open_job_can_end_badly_and_is_refunded_once(user_id, job, state, end):
    job = in_state(user_id, job, state)
    facts = {"user_id": user_id, "job": job, "error": "x", "error_code": "internal", "state": end}
    assert [jobs.fail(**facts), jobs.fail(**facts)] == [True, False]
    assert export_jobs.lines(user_id, job.id) == [("debit", -5), ("refund", 5)]


def test_the_first_word_of_an_attempt_counts(user_id, job):
    job = jobs.claim(user_id=user_id, job=job)
    assert jobs.note_envelope(user_id=user_id, job=job, envelope={"ok": True})
    assert not jobs.note_envelope(user_id=user_id, job=job, envelope={"ok": False})
    assert export_jobs.job_of(user_id, job.id).envelope == {"ok": True}


@pytest.mark.parametrize(("was_sent", "attempt"), [(True, 1), (False, 0)])
def test_an_attempt_that_never_started_does_not_count(user_id, job, was_sent, attempt):
    job = jobs.claim(user_id=user_id, job=job)
    assert jobs.put_back(user_id=user_id, job=job, wait_seconds=0, was_sent=was_sent)
    found = export_jobs.job_of(user_id, job.id)
    assert (found.state, found.attempt) == (State.DEBITED, attempt)


@pytest.mark.parametrize("state", ["dispatched", "running"])
def test_a_recalled_attempt_is_between_runners(user_id, job, state):
    claimed = jobs.claim(user_id=user_id, job=job)
    job = in_state(user_id, job, state, call_id="c", lease_until=None, started_at=job.created_at)
    assert jobs.recall(user_id=user_id, job=claimed)
    found = export_jobs.job_of(user_id, job.id)
    assert (found.state, found.attempt, found.call_id) == (State.DISPATCHING, 1, None)
    assert found.lease_until > claimed.created_at


@pytest.mark.parametrize("state", ["debited", *ENDED])
def test_what_no_runner_has_is_not_recalled(user_id, job, state):
    assert not jobs.recall(user_id=user_id, job=in_state(user_id, job, state))


def test_progress_is_a_fraction(user_id, job):
    job = jobs.claim(user_id=user_id, job=job)
    jobs.note_progress(user_id=user_id, job=job, progress=7.0)
    assert export_jobs.job_of(user_id, job.id).progress == 1.0


def test_a_tombstone_is_never_shown(browser, user_id, db):
    jobs.write_tombstone(user_id=user_id, job_id="a" * 24)
    assert browser.get("/api/export").json()["results"] == []
    assert browser.get(f"/api/export/{'a' * 24}").status_code == 404
    with pytest.raises(NoSuchJob):
        jobs.cancel(user_id=user_id, job_id="a" * 24)


def test_a_tombstone_spares_a_job(user_id, job):
    jobs.write_tombstone(user_id=user_id, job_id=job.id)
    with user_db(user_id):
        assert ExportJob.objects.get().state == State.DEBITED
