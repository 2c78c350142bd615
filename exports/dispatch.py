"""Brings open jobs forward, one step at a time, from the index in `default`. Any number of workers may."""

import contextlib
import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from exports import jobs, media, pricing
from exports.models import ExportJob, Project, State
from exports.runners.base import Attempt, NotSent, OutcomeUnknown, Rejected, Report, Runner
from exports.shared.models import JobSummary, OpenJob
from exports.video.facts import UnplayableClip
from exports.video.probe import probe
from reelballers.user_db import has_user_db, user_db

logger = logging.getLogger(__name__)

# An index row without a job is an intent still being sold, or a crash before its debit.
INTENT_GRACE = timedelta(seconds=30)
QUEUE_LIMIT = timedelta(hours=1)
RUN_GRACE_SECONDS = 60
RETRY_SECONDS = 2.0
PROGRESS_EVERY_SECONDS = 1.0

OUR_FAULT = "Something went wrong on our side; your credits are back."
TOO_LATE = "The export took too long; your credits are back."

_progress_noted_at: dict[str, float] = {}


def sweep(runner: Runner) -> int:
    """Steps every open job once; returns how many are open. One that fails does not stop the others."""
    rows = list(OpenJob.objects.all())
    for row in rows:
        try:
            step(row, runner)
        except Exception:
            logger.exception("job %s of user %s", row.job_id, row.user_id)
    return len(rows)


def step(row: OpenJob, runner: Runner) -> None:
    """Does what a job's state asks for: dispatch, follow, time out, or clear the index after its end."""
    if not has_user_db(row.user_id):
        raise FileNotFoundError(f"no database of user {row.user_id}")
    with user_db(row.user_id):
        job = ExportJob.objects.filter(pk=row.job_id).first()
        project = job and Project.objects.filter(pk=job.project_id).first()
    if job is None:
        if timezone.now() - row.created_at > INTENT_GRACE:
            jobs.write_tombstone(user_id=row.user_id, job_id=row.job_id)
    elif not job.is_open:
        _clear(row, job, runner)
    elif project is None:
        jobs.fail(user_id=row.user_id, job=job, error="The clip was deleted.", error_code="internal")
    elif job.state in {State.DEBITED, State.DISPATCHING}:
        _dispatch(row.user_id, job, project, runner)
    else:
        _follow(row.user_id, job, attempt_of(row.user_id, job, project), runner)


def attempt_of(user_id: str, job: ExportJob, project: Project) -> Attempt:
    return Attempt(
        job_id=job.id,
        number=job.attempt,
        export_type=job.type,
        params=job.params,
        source_path=project.source_path,
        output_prefix=media.attempt_prefix(user_id, job.id, job.attempt),
        sold_duration_ms=job.sold_duration_ms,
        deadline_seconds=run_deadline_seconds(job),
    )


def run_deadline_seconds(job: ExportJob) -> float:
    """How long one attempt may run: two minutes and twenty times the clip."""
    return 120 + 20 * job.sold_duration_ms / 1000


def _dispatch(user_id: str, job: ExportJob, project: Project, runner: Runner) -> None:
    now = timezone.now()
    if job.lease_until is not None and now < job.lease_until:
        return  # waits for its turn, or another worker's call is on its way
    if now - job.created_at > QUEUE_LIMIT:
        jobs.fail(user_id=user_id, job=job, error=TOO_LATE, error_code="timeout", state=State.TIMED_OUT)
        return
    if job.attempt >= jobs.MAX_ATTEMPTS:
        jobs.fail(user_id=user_id, job=job, error=OUR_FAULT, error_code="internal")
        return
    claimed = jobs.claim(user_id=user_id, job=job) if runner.has_room() else None
    if claimed is not None:
        _submit(user_id, claimed, attempt_of(user_id, claimed, project), runner)


def _submit(user_id: str, job: ExportJob, attempt: Attempt, runner: Runner) -> None:
    try:
        call_id = runner.submit(attempt)
    except NotSent:
        jobs.put_back(user_id=user_id, job=job, wait_seconds=RETRY_SECONDS, was_sent=False)
    except Rejected as error:
        logger.warning("job %s rejected: %s", job.id, error)
        jobs.fail(user_id=user_id, job=job, error=OUR_FAULT, error_code="internal")
    except OutcomeUnknown as error:
        logger.warning(
            "job %s attempt %s: %s", job.id, job.attempt, error
        )  # its lease runs out, then the next
    else:
        if not jobs.note_dispatched(user_id=user_id, job=job, call_id=call_id):
            runner.cancel(call_id, attempt)


def _follow(user_id: str, job: ExportJob, attempt: Attempt, runner: Runner) -> None:
    assert job.call_id is not None
    assert job.dispatched_at is not None
    try:
        report = runner.poll(job.call_id, attempt)
    except NotSent:
        report = Report("queued")
    if report.state == "ended":
        _finish(user_id, job, attempt, report)
    elif report.state == "lost":
        _try_again(user_id, job)
    elif _is_overdue(job, job.dispatched_at, attempt):
        runner.cancel(job.call_id, attempt)
        jobs.fail(user_id=user_id, job=job, error=TOO_LATE, error_code="timeout", state=State.TIMED_OUT)
    elif report.state == "running":
        _note_progress(user_id, job, report.progress)


def _finish(user_id: str, job: ExportJob, attempt: Attempt, report: Report) -> None:
    envelope = report.envelope
    if envelope.get("ok") and (facts := _output_facts(attempt, envelope, report)) is not None:
        jobs.succeed(user_id=user_id, job=job, output_path=f"{attempt.output_prefix}/output.mp4", **facts)
    elif envelope.get("error_code") in {"clip", "params"}:
        jobs.fail(user_id=user_id, job=job, error=str(envelope["error"]), error_code=envelope["error_code"])
    elif envelope.get("error_code") == "timeout":
        jobs.fail(user_id=user_id, job=job, error=TOO_LATE, error_code="timeout", state=State.TIMED_OUT)
    else:
        logger.error("job %s attempt %s: %s", job.id, job.attempt, envelope)
        _try_again(user_id, job)


def _output_facts(attempt: Attempt, envelope: dict[str, Any], report: Report) -> dict[str, Any] | None:
    """What the receipt says, if our own look at the output confirms the envelope."""
    try:
        probe(media.local_path(f"{attempt.output_prefix}/output.mp4"))
    except (UnplayableClip, OSError) as error:
        logger.warning("output of %s: %s", attempt.output_prefix, error)
        return None
    seconds = float(envelope["seconds"])
    cost = pricing.GPU_MICRODOLLARS_PER_SECOND.get(report.gpu, 0)
    return {"gpu": report.gpu, "run_seconds": seconds, "compute_cost_microdollars": round(seconds * cost)}


def _try_again(user_id: str, job: ExportJob) -> None:
    """An attempt lost by a fault of ours: the next one, while there are any."""
    if job.attempt >= jobs.MAX_ATTEMPTS:
        jobs.fail(user_id=user_id, job=job, error=OUR_FAULT, error_code="internal")
    else:
        jobs.put_back(user_id=user_id, job=job, wait_seconds=0, was_sent=True)


def _is_overdue(job: ExportJob, dispatched_at: datetime, attempt: Attempt) -> bool:
    if job.state == State.DISPATCHED:
        return timezone.now() - dispatched_at > QUEUE_LIMIT
    limit = timedelta(seconds=attempt.deadline_seconds + RUN_GRACE_SECONDS)
    return timezone.now() - (job.started_at or dispatched_at) > limit


def _note_progress(user_id: str, job: ExportJob, progress: float) -> None:
    """At most once a second a job, and only what is new."""
    now = time.monotonic()
    is_news = job.state != State.RUNNING or progress - job.progress >= 0.01
    if is_news and now - _progress_noted_at.get(job.id, float("-inf")) >= PROGRESS_EVERY_SECONDS:
        _progress_noted_at[job.id] = now
        jobs.note_progress(user_id=user_id, job=job, progress=progress)


def _clear(row: OpenJob, job: ExportJob, runner: Runner) -> None:
    """After the end: stops what may still run, then forgets the index row."""
    if job.state in {State.CANCELLED, State.TIMED_OUT} and job.call_id:
        with contextlib.suppress(NotSent), user_db(row.user_id):
            project = Project.objects.filter(pk=job.project_id).first()
            if project is not None:
                runner.cancel(job.call_id, attempt_of(row.user_id, job, project))
    _progress_noted_at.pop(job.id, None)
    with transaction.atomic(using="default"):
        if job.state != State.ABORTED:
            JobSummary.objects.update_or_create(job_id=job.id, defaults=_summary(row.user_id, job))
        row.delete()


def _summary(user_id: str, job: ExportJob) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "type": job.type,
        "state": job.state,
        "error_code": job.error_code or "",
        "cost_cents": job.cost_cents,
        "gpu": job.gpu,
        "run_seconds": job.run_seconds or 0,
        "compute_cost_microdollars": job.compute_cost_microdollars or 0,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }
