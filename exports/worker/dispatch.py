"""Brings open jobs forward, one step at a time, from the index in `default`. Any number of workers may."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import OperationalError
from django.utils import timezone

from exports import jobs
from exports.attempts import Attempt, attempt_of, run_deadline_seconds
from exports.errors import OUR_FAULT, TOO_LATE
from exports.models import ExportJob, Project, State
from exports.runners.base import NotSent, OutcomeUnknown, Rejected, Runner
from exports.shared.models import OpenJob
from exports.worker import closing, following
from exports.worker.pace import Pace
from reelballers.user_db import UserDatabaseMissing, user_db

logger = logging.getLogger(__name__)

# An index row without a job is an intent still being sold, or a crash before its debit.
INTENT_GRACE = timedelta(seconds=30)
QUEUE_LIMIT = timedelta(hours=1)
RETRY_SECONDS = 2.0
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


def hand_over(runner: Runner) -> None:
    """Before a worker ends: attempts that would die with it wait for another worker, and do not count."""
    for attempt in runner.dying_with_us():
        try:
            _hand_over(attempt, runner)
        except Exception:
            logger.exception("job %s of user %s", attempt.job_id, attempt.user_id)


def _hand_over(attempt: Attempt, runner: Runner) -> None:
    user_id = attempt.user_id
    with user_db(user_id):
        job = ExportJob.objects.get(pk=attempt.job_id)
    is_current = job.attempt == attempt.number
    if is_current:
        jobs.recall(user_id=user_id, job=job)
    runner.kill(attempt)
    if is_current:
        jobs.put_back(user_id=user_id, job=job, wait_seconds=0, was_sent=False)


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
    elif _dispatch(row.user_id, job, project, runner):
        return None
    return job


def _dispatch(user_id: str, job: ExportJob, project: Project, runner: Runner) -> bool:
    """False if the job goes on waiting."""
    now = timezone.now()
    if job.lease_until is not None and now < job.lease_until:
        return False  # waits for its turn, or another worker's call is on its way
    if _has_waited_too_long(job):
        jobs.fail(user_id=user_id, job=job, error=TOO_LATE, error_code="timeout", state=State.TIMED_OUT)
        return True
    if job.attempt >= jobs.MAX_ATTEMPTS:
        jobs.fail(user_id=user_id, job=job, error=OUR_FAULT, error_code="internal")
        return True
    claimed = jobs.claim(user_id=user_id, job=job) if runner.has_room() else None
    if claimed is not None:
        _submit(user_id, claimed, attempt_of(user_id, claimed, project), runner)
    return claimed is not None


def _has_waited_too_long(job: ExportJob) -> bool:
    """An hour for each attempt; and none begins after all of them could have waited and run as long as they may.

    The second bound is for workers that end again and again: what they take back does not count as an attempt.
    """
    now = timezone.now()
    in_all = jobs.MAX_ATTEMPTS * (QUEUE_LIMIT + timedelta(seconds=run_deadline_seconds(job)))
    return now - (job.queued_at or job.created_at) > QUEUE_LIMIT or now - job.created_at > in_all


def _submit(user_id: str, job: ExportJob, attempt: Attempt, runner: Runner) -> None:
    try:
        call_id = runner.submit(attempt)
    except NotSent as error:
        logger.info("job %s not sent: %s", job.id, error)
        jobs.put_back(user_id=user_id, job=job, wait_seconds=RETRY_SECONDS, was_sent=False)
    except Rejected as error:
        logger.warning("job %s rejected: %s", job.id, error)
        jobs.fail(user_id=user_id, job=job, error=OUR_FAULT, error_code="internal")
    except OutcomeUnknown as error:
        # Its lease runs out, unless the attempt speaks for itself before; then the next attempt.
        logger.warning("job %s attempt %s: %s", job.id, job.attempt, error)
    else:
        if not jobs.note_dispatched(user_id=user_id, job=job, call_id=call_id):
            runner.cancel(call_id)
