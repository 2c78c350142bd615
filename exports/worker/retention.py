"""What is deleted when its time has come: clips, outputs, what lost attempts left. Money and jobs stay for ever."""

import contextlib
import logging
import shutil
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from exports.clips import media, projects
from exports.errors import NoSuchProject, ProjectInUse
from exports.models import OPEN_STATES, ExportJob, Project, State
from reelballers.user_db import has_user_db, user_db, user_transaction
from wallet.models import LedgerEntry, Wallet
from wallet.sources import is_closed

logger = logging.getLogger(__name__)

REST_SECONDS = 0.02  # between users: the sweep is in no hurry, visitors are
# Attempts of jobs that ended within this time are looked through for what they left behind.
LEFTOVER_SPAN = (timedelta(hours=2), timedelta(days=3))
FAR_PAST = timedelta(days=36_500)


IsErased = Callable[[str], bool]


def sweep(stop: threading.Event, *, is_erased: IsErased) -> None:
    """Goes through all users who have media, and through what interrupted uploads and attempts left."""
    _clear_scratch()
    for user_id in media.users_with_media():
        if stop.wait(REST_SECONDS):
            return
        try:
            sweep_user(user_id, is_erased=is_erased)
        except Exception:
            logger.exception("media of user %s", user_id)


def sweep_user(user_id: str, *, is_erased: IsErased) -> None:
    if not has_user_db(user_id):
        # Only a tombstone tells that a file will not come back: `default` may be older than the user.
        if is_erased(user_id):
            media.delete_tree(media.user_prefix(user_id))
        return
    # The account's rows decide about a closed wallet's clips: it has copies that name the same files.
    expired = [] if is_closed(user_id) else _expired_projects(user_id)
    for project_id in expired:
        with contextlib.suppress(ProjectInUse, NoSuchProject):
            projects.delete_project(user_id=user_id, project_id=project_id)
    for job in _expired_outputs(user_id):
        _delete_output(user_id, job)
    _clear_rowless(user_id)
    _clear_leftovers(user_id)


def _expired_projects(user_id: str) -> list[str]:
    with user_db(user_id):
        before = _cutoff(settings.SOURCE_RETENTION_DAYS)
        old = Project.objects.filter(created_at__lt=before)
        used = ExportJob.objects.filter(created_at__gte=before)
        return list(old.exclude(pk__in=used.values("project_id")).values_list("pk", flat=True))


def _expired_outputs(user_id: str) -> list[ExportJob]:
    with user_db(user_id):
        before = _cutoff(settings.OUTPUT_RETENTION_DAYS)
        kept = ExportJob.objects.filter(state=State.SUCCEEDED, output_deleted_at=None)
        return list(kept.filter(finished_at__lt=before))


def _cutoff(days: int) -> datetime:
    """What is older goes. Whoever never had a credit is a passer-by, whose media goes after a day."""
    now = timezone.now()
    if Wallet.objects.filter(closed_into__isnull=False).exists():
        return now - (timedelta(days=days) if days else FAR_PAST)  # the account's, whatever this one had
    has_had_credits = LedgerEntry.objects.filter(change_cents__gt=0).exclude(reason="refund").exists()
    if not has_had_credits:
        return now - timedelta(hours=settings.UNPAID_RETENTION_HOURS)
    return now - (timedelta(days=days) if days else FAR_PAST)


def _delete_output(user_id: str, job: ExportJob) -> None:
    """The file first: after a crash between, the next sweep finds the job again."""
    for name in job.files:
        default_storage.delete(name)
    with user_transaction(user_id):
        ExportJob.objects.filter(pk=job.id).update(output_deleted_at=timezone.now())


def _clear_rowless(user_id: str) -> None:
    """Clips whose row was never written, or is gone: a crash between an upload's file and its row.

    Kept as long as others: when an old copy of the user's file was restored, a better one may bring their rows back.
    """
    prefix = f"{media.user_prefix(user_id)}/projects"
    with user_db(user_id):
        known = set(Project.objects.values_list("pk", flat=True))
        before = _cutoff(settings.SOURCE_RETENTION_DAYS)
    for project_id in set(media.folders(prefix)) - known:
        if media.is_older(f"{prefix}/{project_id}", before):
            media.delete_tree(f"{prefix}/{project_id}")


def _clear_leftovers(user_id: str) -> None:
    """Files of attempts that did not win: late duplicates, killed processes."""
    now = timezone.now()
    newest, oldest = LEFTOVER_SPAN
    with user_db(user_id):
        span = ExportJob.objects.filter(finished_at__gt=now - oldest, finished_at__lt=now - newest)
        jobs = list(span.exclude(state__in=OPEN_STATES))
    for job in jobs:
        media.delete_tree(f"{media.user_prefix(user_id)}/out/{job.id}", keep=job.files)


def _clear_scratch() -> None:
    """Uploads and attempts that a crash cut short."""
    long_ago = time.time() - timedelta(days=1).total_seconds()
    for folder in (Path(settings.FILE_UPLOAD_TEMP_DIR), Path(settings.DATA_DIR) / "work"):
        for path in folder.glob("*"):
            try:
                if path.stat().st_mtime < long_ago:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
            except FileNotFoundError:
                continue  # its upload ended meanwhile
            except OSError as error:
                logger.warning("%s stays: %s", path, error)
