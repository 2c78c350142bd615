"""A job: what was asked, how it went attempt by attempt, what it took and what it cost us."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from exports import jobs, pricing
from exports.errors import NoSuchJob
from exports.models import ExportJob, Project
from exports.shared.models import JobSummary, OpenJob
from operators.acts.kinds import KINDS
from operators.pages.page import page, require
from reelballers.redaction import redacted
from reelballers.user_db import has_user_db, user_db
from wallet.models import Debit, LedgerEntry

ACTS = ("job_refund", "job_retry", "job_cancel")


def job_page(request: HttpRequest, job_id: str) -> HttpResponse:
    require(request)
    user_id = _owner_of(job_id)
    with user_db(user_id):
        try:
            job = jobs.get_job(job_id=job_id)
        except NoSuchJob:
            raise Http404 from None
        facts: dict[str, Any] = {
            "job": job,
            "debit": Debit.objects.filter(pk=job_id).first(),
            "project": Project.objects.filter(pk=job.project_id).first(),
            "lines": list(LedgerEntry.objects.filter(job_id=job_id).order_by("id")),
        }
    facts |= {
        "user_id": user_id,
        "error": redacted(job.error or ""),
        "times": _times(job),
        "expected_seconds": pricing.EXPECTED_GPU_SECONDS.get(job.type, 0)
        * pricing.blocks(job.sold_duration_ms),
        "acts": _acts(request, user_id, job, facts["debit"]),
        "max_attempts": jobs.MAX_ATTEMPTS,
    }
    return page(request, "job.html", f"{job.type.capitalize()} export", facts)


def _owner_of(job_id: str) -> str:
    for model in (OpenJob, JobSummary):
        found = model.objects.filter(pk=job_id).values_list("user_id", flat=True).first()
        if found and has_user_db(found):
            return str(found)
    raise Http404


def _times(job: ExportJob) -> list[tuple[str, Any]]:
    named = {
        "Sold": job.created_at,
        "Back in the queue": job.queued_at,
        "Sent to a runner": job.dispatched_at,
        "Started": job.started_at,
        "Ended": job.finished_at,
        "File deleted": job.output_deleted_at,
    }
    return sorted(((words, at) for words, at in named.items() if at is not None), key=lambda pair: pair[1])


def _acts(request: HttpRequest, user_id: str, job: ExportJob, debit: Debit | None) -> list[tuple[str, str]]:
    """What may be done now, by whom it may be done."""
    has_rest = debit is not None and debit.refunded_cents < debit.cost_cents
    offered = {"job_refund": has_rest, "job_retry": job.is_open, "job_cancel": job.is_open}
    return [
        (KINDS[name].title, f"{reverse('admin:draft', args=[user_id])}?kind={name}&of={job.id}")
        for name in ACTS
        if offered[name] and request.user.has_perm(KINDS[name].permission)
    ]
