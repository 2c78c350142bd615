"""Clips: an upload is measured before anything is kept, and kept only if it can be exported."""

import contextlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.utils import timezone

from exports import jobs
from exports.clips import media, turns
from exports.errors import NoOutput, NoSuchProject, ProjectInUse, QuotaReached, UnplayableUpload
from exports.models import OPEN_STATES, ExportJob, MergedClip, Project, new_id
from exports.video.facts import ClipFacts, UnplayableClip
from exports.video.isolated import probe_isolated
from exports.video.thumbnail import make_thumbnail
from reelballers.user_db import has_user_db, user_db, user_transaction
from reelballers.user_db.rows import Prepared

PROBE_SECONDS = 30

_BY_ID = Prepared(Project, "id = ?")


@dataclass(frozen=True)
class Measured:
    """An upload that can be exported: what it is, and its still picture (a JPEG)."""

    facts: ClipFacts
    thumbnail: bytes


def measure(video: UploadedFile) -> Measured:
    """Everything an upload can be refused for, before anybody gets a wallet for it.

    Raises UnplayableUpload with a reason in plain words, QuotaReached, TooManyLooks.
    """
    check_quota(0, int(video.size or 0))
    return measure_file(video.temporary_file_path())  # type: ignore[attr-defined] # uploads always go to disk


def measure_file(path: str | Path) -> Measured:
    """Raises UnplayableUpload, TooManyLooks."""
    try:
        with turns.turn() as held, tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
            facts = probe_isolated(path, deadline_seconds=PROBE_SECONDS, keep_open=[held])
            thumbnail = Path(folder) / "thumbnail.jpg"
            make_thumbnail(path, thumbnail, facts=facts, keep_open=[held])
            return Measured(facts, thumbnail.read_bytes())
    except UnplayableClip as error:
        raise UnplayableUpload(error.reason) from error


def check_quota(used_bytes: int, size_bytes: int) -> None:
    if used_bytes + size_bytes > settings.MEDIA_QUOTA_BYTES:
        raise QuotaReached(quota_bytes=settings.MEDIA_QUOTA_BYTES)


def create_project(*, user_id: str, name: str, video: UploadedFile, measured: Measured) -> Project:
    """Keeps a measured upload. Raises QuotaReached."""
    size_bytes = int(video.size or 0)
    put = partial(default_storage.save, content=video)
    return _keep(user_id, name, size_bytes, measured, put)


def project_from_job(*, user_id: str, file_id: str, job_id: str, name: str) -> Project:
    """A succeeded export as a clip with a file of its own; `file_id` is in whose file the job is.

    Raises NoSuchJob, NoOutput, QuotaReached, DiskReserveReached, UnplayableUpload, TooManyLooks.
    """
    media.check_disk_reserve()
    with user_db(file_id):
        job = jobs.get_job(job_id=job_id)
    if not job.has_output or not job.output_path:
        raise NoOutput
    output_path = job.output_path
    try:
        with media.local_copy(output_path) as path:
            size_bytes = path.stat().st_size
            measured = measure_file(path)
        put = partial(media.copy, output_path)
        return _keep(user_id, name or job.shown_name, size_bytes, measured, put)
    except FileNotFoundError as error:
        raise NoOutput from error


def _keep(user_id: str, name: str, size_bytes: int, measured: Measured, put: Callable[[str], Any]) -> Project:
    """Files first, then the row; `put` stores the clip under the name it is given. Raises QuotaReached."""
    facts = measured.facts
    with user_db(user_id):
        check_quota(_used_bytes(), size_bytes)
    project_id = new_id()
    prefix = media.project_prefix(user_id, project_id)
    project = Project(
        id=project_id,
        name=name,
        duration_ms=facts.duration_ms,
        width=facts.width,
        height=facts.height,
        fps=facts.fps,
        has_audio=facts.has_audio,
        size_bytes=size_bytes,
        source_path=f"{prefix}/source.mp4",
        thumbnail_path=f"{prefix}/thumbnail.jpg",
        created_at=timezone.now(),
    )
    try:
        default_storage.save(project.thumbnail_path, ContentFile(measured.thumbnail))
        put(project.source_path)
        with user_transaction(user_id):
            check_quota(_used_bytes(), size_bytes)  # again: two uploads at once must not share the same room
            project.save(force_insert=True)
    except BaseException:
        delete_files(project)
        raise
    return project


def _used_bytes() -> int:
    return Project.objects.aggregate(used=Sum("size_bytes"))["used"] or 0


def get_project(*, project_id: str) -> Project:
    """The current user's project. Raises NoSuchProject."""
    project = _BY_ID.first(project_id)
    if project is None:
        raise NoSuchProject
    return project


def rename_project(*, user_id: str, project_id: str, name: str) -> Project:
    """Gives a clip another name; an empty one changes nothing. Raises NoSuchProject."""
    with user_transaction(user_id):
        project = get_project(project_id=project_id)
        if name:
            project.name = name
            project.save(update_fields=["name"])
    return project


def delete_project(*, user_id: str, project_id: str) -> None:
    """Deletes a clip and its files; exports made from it stay. Raises NoSuchProject, ProjectInUse."""
    _refuse_while_a_source_exports(user_id, project_id)
    with user_transaction(user_id):
        project = get_project(project_id=project_id)
        if ExportJob.objects.filter(project_id=project_id, state__in=OPEN_STATES).exists():
            raise ProjectInUse
        Project.objects.filter(pk=project_id).delete()
    delete_files(project)


def _refuse_while_a_source_exports(user_id: str, project_id: str) -> None:
    """A clip that came with a closed wallet: jobs that were open then run on, there, from the same file."""
    with user_db(user_id):
        came = MergedClip.objects.filter(pk=project_id).first()
    if came is not None and has_user_db(came.source_id):
        with user_db(came.source_id):
            if ExportJob.objects.filter(project_id=project_id, state__in=OPEN_STATES).exists():
                raise ProjectInUse


def delete_files(project: Project) -> None:
    for name in (project.source_path, project.thumbnail_path):
        default_storage.delete(name)
    if media.is_local():
        with contextlib.suppress(OSError):
            media.local_path(project.source_path).parent.rmdir()
