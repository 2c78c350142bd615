"""Clips: an upload is measured before anything is kept, and kept only if it can be exported."""

import contextlib
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.utils import timezone

from exports import media
from exports.errors import NoSuchProject, ProjectInUse, QuotaReached, UnplayableUpload
from exports.models import OPEN_STATES, ExportJob, Project, new_id
from exports.video.facts import ClipFacts, UnplayableClip
from exports.video.probe import probe
from exports.video.thumbnail import make_thumbnail
from reelballers.user_db import user_db, user_transaction

PROBE_SECONDS = 30


def measure(video: UploadedFile) -> ClipFacts:
    """Raises UnplayableUpload with a reason in plain words."""
    try:
        return probe(video.temporary_file_path(), deadline_seconds=PROBE_SECONDS)
    except UnplayableClip as error:
        raise UnplayableUpload(error.reason) from error


def create_project(*, user_id: str, name: str, video: UploadedFile, facts: ClipFacts) -> Project:
    """Keeps a measured upload: thumbnail, file, then row. Raises QuotaReached, UnplayableUpload."""
    size_bytes = int(video.size or 0)
    with user_db(user_id):
        used_bytes = Project.objects.aggregate(used=Sum("size_bytes"))["used"] or 0
    if used_bytes + size_bytes > settings.MEDIA_QUOTA_BYTES:
        raise QuotaReached(quota_bytes=settings.MEDIA_QUOTA_BYTES)
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
        _keep_files(project, video, facts)
        with user_transaction(user_id):
            project.save(force_insert=True)
    except BaseException:
        _delete_files(project)
        raise
    return project


def get_project(*, project_id: str) -> Project:
    """The current user's project. Raises NoSuchProject."""
    project = Project.objects.filter(pk=project_id).first()
    if project is None:
        raise NoSuchProject
    return project


def delete_project(*, user_id: str, project_id: str) -> None:
    """Deletes a clip and its files; exports made from it stay. Raises NoSuchProject, ProjectInUse."""
    with user_transaction(user_id):
        project = get_project(project_id=project_id)
        if ExportJob.objects.filter(project_id=project_id, state__in=OPEN_STATES).exists():
            raise ProjectInUse
        Project.objects.filter(pk=project_id).delete()
    _delete_files(project)


def _keep_files(project: Project, video: UploadedFile, facts: ClipFacts) -> None:
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        thumbnail = Path(folder) / "thumbnail.jpg"
        try:
            make_thumbnail(video.temporary_file_path(), thumbnail, facts=facts)
        except UnplayableClip as error:
            raise UnplayableUpload(error.reason) from error
        with thumbnail.open("rb") as file:
            default_storage.save(project.thumbnail_path, File(file))
    default_storage.save(project.source_path, video)


def _delete_files(project: Project) -> None:
    for name in (project.source_path, project.thumbnail_path):
        default_storage.delete(name)
    with contextlib.suppress(OSError, NotImplementedError):
        media.local_path(project.source_path).parent.rmdir()
