"""One try at a job, as a runner needs it: built here alone, for the worker that sends it and the far side that asks."""

from dataclasses import dataclass
from typing import Any

from exports.clips import media
from exports.models import ExportJob, Project


@dataclass(frozen=True)
class Attempt:
    """One try at a job, as a runner needs it."""

    user_id: str
    job_id: str
    number: int
    export_type: str
    params: dict[str, Any]
    source_path: str  # in the media storage
    output_prefix: str  # in the media storage: the runner writes output.mp4, then manifest.json
    sold_duration_ms: int
    deadline_seconds: float


def attempt_of(user_id: str, job: ExportJob, project: Project) -> Attempt:
    return Attempt(
        user_id=user_id,
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
    """How long one attempt may run: two minutes, twenty times the film, and once what lies before it.

    Of a clip with one key frame all that was trimmed away must be decoded.
    """
    before_seconds: float = job.params.get("trim", {}).get("start_seconds", 0)
    return 120 + before_seconds + 20 * job.sold_duration_ms / 1000
