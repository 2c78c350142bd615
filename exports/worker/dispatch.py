"""Sends a job's next attempt to a runner, and takes back what would die with this worker."""

import logging
from datetime import timedelta

from django.utils import timezone

from exports import jobs
from exports.attempts import Attempt, attempt_of, run_deadline_seconds
from exports.errors import OUR_FAULT, TOO_LATE
from exports.models import ExportJob, Project, State
from exports.runners.base import NotSent, OutcomeUnknown, Rejected, Runner
from reelballers.user_db import user_db

logger = logging.getLogger(__name__)

QUEUE_LIMIT = timedelta(hours=1)
RETRY_SECONDS = 2.0


def dispatch(user_id: str, job: ExportJob, project: Project, runner: Runner) -> bool:
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
