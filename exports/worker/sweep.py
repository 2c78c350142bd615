"""Brings open jobs forward, one step at a time, from the index in `default`: those a crash left too. Any number may."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone

from exports import jobs
from exports.attempts import attempt_of
from exports.models import ExportJob, Project, State
from exports.runners.base import Runner
from exports.shared.models import OpenJob
from exports.worker import closing, dispatch, following
from exports.worker.pace import Pace
from reelballers.about import about
from reelballers.user_db import UserDatabaseMissing, user_db

logger = logging.getLogger(__name__)

# An index row without a job is an intent still being sold, or a crash before its debit.
INTENT_GRACE = timedelta(seconds=30)
LOCKED_REST_SECONDS = 2.0
FAULT_REST_SECONDS = 30.0

pace = Pace()


def sweep(runner: Runner, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Steps every open job that is due; returns how many are open. One that fails rests and stops no other."""
    rows = list(OpenJob.objects.all())
    for row in rows:
        if should_stop():
            break
        _step_if_due(row, runner)
    job_ids = {row.job_id for row in rows}
    following.forget_all_but(job_ids)
    pace.forget_all_but(job_ids | {row.user_id for row in rows})
    return len(rows)


def _step_if_due(row: OpenJob, runner: Runner) -> None:
    try:
        if not pace.is_due(row.job_id, row.user_id, runner.has_room):
            return
        with about(job=row.job_id, user=row.user_id):
            job = step(row, runner)
    except Exception as error:
        if isinstance(error, OperationalError) and "database is locked" in str(error):
            logger.warning("job %s of user %s waits: %s", row.job_id, row.user_id, error)
            # Every other job of the same file would wait as long, and everybody else's behind them.
            pace.rest(row.user_id, LOCKED_REST_SECONDS)
        else:
            logger.exception("job %s of user %s", row.job_id, row.user_id)
            pace.rest(row.job_id, FAULT_REST_SECONDS)
    else:
        seen = job and (job.state, job.attempt, job.progress, job.envelope)
        pace.note(row.job_id, seen, waits_for_room=job is not None and job.state == State.DEBITED)


def step(row: OpenJob, runner: Runner) -> ExportJob | None:
    """Does what a job's state asks for: dispatch, follow, time out, or clear the index after its end.

    Returns the job as it was found, None if it is no longer so. Raises UserDatabaseMissing.
    """
    try:
        with user_db(row.user_id):
            job = ExportJob.objects.filter(pk=row.job_id).first()
            project = job and Project.objects.filter(pk=job.project_id).first()
    except ValueError as error:
        raise UserDatabaseMissing(f"{row.user_id!r} is not a user id") from error
    if job is None:
        if timezone.now() - row.created_at > INTENT_GRACE:
            jobs.write_tombstone(user_id=row.user_id, job_id=row.job_id)
    elif not job.is_open:
        closing.clear(row, job, runner)
    elif project is None:
        jobs.fail(user_id=row.user_id, job=job, error="The clip was deleted.", error_code="internal")
    elif job.envelope is not None or job.state in {State.DISPATCHED, State.RUNNING}:
        following.follow(row.user_id, job, attempt_of(row.user_id, job, project), runner)
    elif dispatch.dispatch(row.user_id, job, project, runner):
        return None
    return job
