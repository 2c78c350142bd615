"""What a visitor does with exports that have ended: finds them again, renames and deletes them."""

import re
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q, QuerySet
from django.utils import timezone

from exports import jobs
from exports.errors import JobIsOpen
from exports.models import PUBLIC_STATUS, ExportJob
from reelballers.user_db import user_db, user_transaction

PUBLIC_STATUSES = tuple(dict.fromkeys(PUBLIC_STATUS.values()))


def find(*, project_id: str = "", type: str = "", status: str = "", q: str = "") -> QuerySet[ExportJob]:
    """The current user's exports; each filter that is not empty narrows them. `q` is looked for in their names."""
    exact: dict[str, Any] = {
        name: value for name, value in (("project_id", project_id), ("type", type)) if value
    }
    found = jobs.shown_jobs().filter(**exact)
    if status:
        found = found.filter(state__in=[state for state, public in PUBLIC_STATUS.items() if public == status])
    if q:
        words = re.escape(q)  # by Python's rules for upper and lower case: SQLite's LIKE knows only ASCII's
        unnamed = Q(name=None, project_name__iregex=words)
        found = found.filter(Q(name__iregex=words) | unnamed)
    return found


def rename(*, user_id: str, job_id: str, name: str) -> ExportJob:
    """Gives an export a name of its own; an empty one changes nothing. Raises NoSuchJob."""
    with user_transaction(user_id):
        job = jobs.get_job(job_id=job_id)
        if name:
            job.name = name
            job.save(update_fields=["name"])
    return job


def delete(*, user_id: str, job_id: str) -> None:
    """Takes an ended export and its files away from the visitor; its row and its money stay.

    The files first: after a crash between, it can be deleted again. Raises NoSuchJob, JobIsOpen.
    """
    with user_db(user_id):
        job = jobs.get_job(job_id=job_id)
    if job.is_open:
        raise JobIsOpen
    for name in job.files:
        default_storage.delete(name)
    now = timezone.now()
    gone = {"output_deleted_at": now} if job.has_output else {}
    with user_transaction(user_id):
        ExportJob.objects.filter(pk=job.id).update(deleted_at=now, **gone)
