"""Follows an attempt that a runner has: progress, deadline, and what its end means for the job."""

import logging
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from exports import jobs, pricing
from exports.attempts import Attempt
from exports.clips import media
from exports.errors import OUR_FAULT, TOO_LATE
from exports.models import VISITORS_FAULTS, ExportJob, State
from exports.runners.base import NotSent, Report, Runner
from exports.video.facts import ClipFacts, TooSlow, UnplayableClip
from exports.video.probe import probe
from exports.video.thumbnail import make_thumbnail
from reelballers.user_db import user_db

logger = logging.getLogger(__name__)

DISPATCHED_LIMIT = timedelta(hours=1)
RUN_GRACE_SECONDS = 60
# Four gigabytes from a cold disk, a million packets on a busy machine: too slow for us is no fault of the output.
LOOK_SECONDS = 300.0
# An output that cannot be read, because the storage is away or a disk is full, is tried this much longer.
LOOK_LIMIT = timedelta(hours=1)
PROGRESS_EVERY_SECONDS = 1.0

# Of this process alone: when each job's progress was last written and its runner last asked.
_progress_noted_at: dict[str, float] = {}
_asked_at: dict[str, float] = {}


def follow(user_id: str, job: ExportJob, attempt: Attempt, runner: Runner) -> None:
    """Ends, retries, times out or notes the progress of the job's current attempt."""
    report = _report_of(user_id, job, attempt, runner)
    if report.state == "ended":
        finish(user_id, job, attempt, report)
    elif report.state == "lost":
        try_again(user_id, job)
    elif _is_overdue(job, attempt):
        # Closing tells the runner: a runner that cannot be reached must not keep the visitor's credits.
        jobs.fail(user_id=user_id, job=job, error=TOO_LATE, error_code="timeout", state=State.TIMED_OUT)
    elif report.state == "running":
        _note_progress(user_id, job, report.progress)


def _report_of(user_id: str, job: ExportJob, attempt: Attempt, runner: Runner) -> Report:
    """The attempt's own word if there is one, else the runner's, asked no more often than it likes."""
    if job.envelope is not None:
        return Report("ended", 1.0, job.envelope)
    now = time.monotonic()
    is_too_soon = now - _asked_at.get(job.id, float("-inf")) < runner.poll_every_seconds
    if job.call_id is None or is_too_soon:
        return Report("queued")
    _asked_at[job.id] = now
    try:
        report = runner.poll(job.call_id, attempt)
    except NotSent as error:
        logger.info("job %s: %s", job.id, error)
        return Report("queued")
    if report.state in {"ended", "lost"} and (word := _word_of(user_id, job)) is not None:
        return Report("ended", 1.0, word)
    return report


def _word_of(user_id: str, job: ExportJob) -> dict[str, Any] | None:
    """What the attempt itself said while its runner was asked: a second run of the same input ends as unwanted."""
    with user_db(user_id):
        found = ExportJob.objects.filter(pk=job.id, attempt=job.attempt).first()
    return found and found.envelope


def finish(user_id: str, job: ExportJob, attempt: Attempt, report: Report) -> None:
    """The attempt ended with an envelope: the job succeeds, fails by the visitor's fault, or goes again."""
    envelope = report.envelope
    receipt = receipt_of(job, envelope)
    if envelope.get("ok") and (look := _look_at_output(job, attempt)):
        output_path = f"{attempt.output_prefix}/output.mp4"
        facts = {**receipt, "thumbnail_path": look.thumbnail_path}
        jobs.succeed(user_id=user_id, job=job, output_path=output_path, **facts)
        return
    code = str(envelope.get("error_code") or "")
    if code in VISITORS_FAULTS:
        error = plain(envelope.get("error") or "This clip cannot be exported.", 500)
        jobs.fail(user_id=user_id, job=job, error=error, error_code=code, **receipt)
    elif code == "timeout":
        state = State.TIMED_OUT
        jobs.fail(user_id=user_id, job=job, error=TOO_LATE, error_code="timeout", state=state, **receipt)
    else:
        logger.error("job %s attempt %s: %s", job.id, job.attempt, envelope)
        try_again(user_id, job, **receipt)


def try_again(user_id: str, job: ExportJob, **receipt: Any) -> None:
    """An attempt lost by a fault of ours: the next one, while there are any."""
    if job.attempt >= jobs.MAX_ATTEMPTS:
        jobs.fail(user_id=user_id, job=job, error=OUR_FAULT, error_code="internal", **receipt)
    else:
        jobs.put_back(user_id=user_id, job=job, wait_seconds=0, was_sent=True, **receipt)


def receipt_of(job: ExportJob, envelope: dict[str, Any]) -> dict[str, Any]:
    """What the job's attempts used so far, and what that cost us: a lost one is paid for too.

    An envelope comes from outside and may say anything.
    """
    seconds, gpu = envelope.get("seconds"), plain(envelope.get("gpu") or "", 40)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 1e6:
        return {}
    cost = round(seconds * pricing.GPU_MICRODOLLARS_PER_SECOND.get(gpu, 0))
    return {
        "gpu": gpu,
        "run_seconds": round((job.run_seconds or 0) + seconds, 3),
        "compute_cost_microdollars": (job.compute_cost_microdollars or 0) + cost,
    }


def plain(text: Any, length: int) -> str:
    """Text that any database takes: half a surrogate pair would fail to be written, again and again."""
    return str(text)[:length].encode("utf-8", "replace").decode()


def forget_all_but(job_ids: set[str]) -> None:
    """Drops what this process remembers of jobs that are no longer open."""
    for memory in (_progress_noted_at, _asked_at):
        for job_id in memory.keys() - job_ids:
            del memory[job_id]


@dataclass(frozen=True)
class Look:
    """What our own look at an output found."""

    thumbnail_path: str | None


def _look_at_output(job: ExportJob, attempt: Attempt) -> Look | None:
    """Our own look at the output decides, whatever the envelope says: None if it is none. Raises what may pass."""
    try:
        with media.local_copy(f"{attempt.output_prefix}/output.mp4") as path:
            return Look(_thumbnail(path, _probe(path), attempt))
    except (UnplayableClip, FileNotFoundError) as error:
        logger.warning("output of %s: %s", attempt.output_prefix, error)
        return None
    except Exception:  # a fault of ours among them: the output may be good all the same
        if not _is_overdue(job, attempt, LOOK_LIMIT):
            raise
        logger.exception("output of %s", attempt.output_prefix)
        return None


def _probe(path: Path) -> ClipFacts:
    try:
        return probe(path, deadline_seconds=LOOK_SECONDS)
    except TooSlow as error:  # of our machine, not of the output
        raise TimeoutError(str(error)) from error


def _thumbnail(path: Path, facts: ClipFacts, attempt: Attempt) -> str | None:
    """Where the output's still picture was put; an export without one is no worse."""
    name = f"{attempt.output_prefix}/thumbnail.jpg"
    try:
        with tempfile.TemporaryDirectory() as folder:
            picture = Path(folder) / "thumbnail.jpg"
            make_thumbnail(path, picture, facts=facts)
            default_storage.delete(name)  # of an earlier look that was cut short: a name is never shared
            return default_storage.save(name, ContentFile(picture.read_bytes()))
    except Exception:
        logger.exception("thumbnail of %s", attempt.output_prefix)
        return None


def _is_overdue(job: ExportJob, attempt: Attempt, beyond: timedelta = timedelta()) -> bool:
    now = timezone.now() - beyond
    dispatched_at = job.dispatched_at or job.created_at
    if job.state != State.RUNNING:
        return now - dispatched_at > DISPATCHED_LIMIT
    limit = timedelta(seconds=attempt.deadline_seconds + RUN_GRACE_SECONDS)
    return now - (job.started_at or dispatched_at) > limit


def _note_progress(user_id: str, job: ExportJob, progress: float) -> None:
    """At most once a second a job, and only what is new."""
    now = time.monotonic()
    is_news = job.state != State.RUNNING or progress - job.progress >= 0.01
    if is_news and now - _progress_noted_at.get(job.id, float("-inf")) >= PROGRESS_EVERY_SECONDS:
        _progress_noted_at[job.id] = now
        jobs.note_progress(user_id=user_id, job=job, progress=progress)
