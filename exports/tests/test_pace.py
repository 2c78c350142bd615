"""How often a worker looks at open jobs, and whom it leaves alone for a while."""

import sqlite3

import pytest

from exports.models import State
from exports.runners.base import Report
from exports.worker import pace, sweep
from exports.worker.pace import Pace
from reelballers.user_db import user_db_path
from tests.cast import export_jobs


class Clock:
    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pace, "time", clock)
    return clock


def looks_in(clock, pace, seconds, *, seen=lambda: "same", room=False, waits_for_room=False):
    """How many of the rounds, three a second, find the job due."""
    looks = 0
    for _ in range(int(seconds / 0.3)):
        if pace.is_due("job", "user", lambda: room):
            pace.note("job", seen(), waits_for_room=waits_for_room)
            looks += 1
        clock.now += 0.3
    return looks


def test_a_job_to_which_nothing_happens_is_looked_at_less_and_less(clock):
    pace = Pace()
    assert looks_in(clock, pace, 3) == 10
    assert looks_in(clock, pace, 57) < 40
    assert looks_in(clock, pace, 300) <= 62


def test_whatever_happens_to_it_brings_it_back_into_every_round(clock):
    pace = Pace()
    looks_in(clock, pace, 300)
    clock.now += 5
    assert looks_in(clock, pace, 3, seen=lambda: "changed") == 10


def test_a_job_that_waits_for_room_is_due_as_soon_as_there_is_some(clock):
    pace = Pace()
    assert looks_in(clock, pace, 300, waits_for_room=True) <= 60
    assert looks_in(clock, pace, 3, waits_for_room=True, room=True) == 10


def test_a_fault_rests_whatever_room_there_is(clock):
    pace = Pace()
    looks_in(clock, pace, 3, waits_for_room=True, room=True)
    pace.rest("user", 2.0)
    assert looks_in(clock, pace, 1.8, waits_for_room=True, room=True) == 0
    assert looks_in(clock, pace, 3, waits_for_room=True, room=True) >= 9


def test_a_contended_file_rests_with_all_its_jobs_and_one_line_in_the_log(
    user_id, project, credits, runner, caplog, settings
):
    """The next sweep does it; an operator has nothing to read there."""
    jobs = [export_jobs.sell(user_id, project) for _ in range(3)]
    file = sqlite3.connect(user_db_path(user_id), isolation_level=None)
    file.execute("BEGIN IMMEDIATE")
    sweep.sweep(runner)
    file.execute("ROLLBACK")
    file.close()
    (line,) = [record for record in caplog.records if record.name == "exports.worker.sweep"]
    assert (line.levelname, line.exc_info) == ("WARNING", None)
    sweep.pace.forget_all_but(set())
    sweep.sweep(runner)
    assert {export_jobs.job_of(user_id, job.id).state for job in jobs} == {State.DISPATCHED}


def test_a_job_that_took_the_last_room_is_followed_at_once(user_id, project, credits, runner):
    job = export_jobs.sell(user_id, project)
    sweep.sweep(runner)
    runner.room, runner.report = False, Report("running", 0.5)
    sweep.sweep(runner)
    assert export_jobs.job_of(user_id, job.id).state == State.RUNNING
