"""After a job's end: stops what may still run, writes the operators' summary, forgets the index row."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from exports import pricing
from exports.models import ExportJob, State
from exports.runners.base import NotSent, Runner
from exports.shared.models import JobSummary, OpenJob
from reelballers.user_db import user_db
from wallet.models import Debit

logger = logging.getLogger(__name__)

# A runner that cannot be told to stop is asked again this long: what it burns meanwhile is our money.
CANCEL_LIMIT = timedelta(minutes=30)


def clear(row: OpenJob, job: ExportJob, runner: Runner) -> None:
    """Closes the books of an ended job, in one commit of `default`; leaves the row while a cancel must wait."""
    if job.state in {State.CANCELLED, State.TIMED_OUT} and job.call_id and not _stopped(job, runner):
        return
    with user_db(row.user_id):
        debit = Debit.objects.filter(pk=job.id).first()
    with transaction.atomic(using="default"):
        if job.state != State.ABORTED:
            summary = summary_of(row.user_id, job, refunded_cents=debit.refunded_cents if debit else 0)
            JobSummary.objects.update_or_create(job_id=job.id, defaults=summary)
        OpenJob.objects.filter(pk=row.job_id).delete()


def summary_of(user_id: str, job: ExportJob, *, refunded_cents: int) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "type": job.type,
        "state": job.state,
        "error_code": job.error_code or "",
        "cost_cents": job.cost_cents,
        "refunded_cents": refunded_cents,
        "price_version": job.price_version,
        **_used(job),
        "created_at": job.created_at,
        "finished_at": job.finished_at,
    }


def _used(job: ExportJob) -> dict[str, Any]:
    """What its attempts told. One that was cut off told nothing and is paid for all the same: from start to end."""
    gpu, seconds, cost = job.gpu, job.run_seconds or 0, job.compute_cost_microdollars or 0
    if job.run_seconds is None and job.started_at is not None and job.finished_at is not None:
        gpu = pricing.GPU_OF_BACKEND[settings.EXPORT_BACKEND]
        seconds = (job.finished_at - job.started_at).total_seconds()
        cost = round(seconds * pricing.GPU_MICRODOLLARS_PER_SECOND[gpu])
    return {"gpu": gpu, "run_seconds": seconds, "compute_cost_microdollars": cost}


def _stopped(job: ExportJob, runner: Runner) -> bool:
    try:
        runner.cancel(job.call_id or "")
    except NotSent as error:
        logger.warning("job %s cannot be stopped: %s", job.id, error)
        assert job.finished_at is not None
        return timezone.now() - job.finished_at > CANCEL_LIMIT
    return True
