"""What most tests of exports need: credits, a clip, a job, a look at the ledger."""

import secrets
import shutil
from pathlib import Path
from typing import Any

from django.utils import timezone

from exports import jobs, orders
from exports.clips import media
from exports.models import ExportJob, Project, new_id
from exports.orders import Order
from exports.runners.base import Report, Runner
from exports.shared.models import OpenJob
from exports.tests.scripted import OK, ScriptedRunner
from exports.worker import sweep
from reelballers.user_db import user_db, user_transaction
from wallet import ledger
from wallet.models import Debit, LedgerEntry


def give(user_id: str, amount_cents: int) -> None:
    with user_transaction(user_id):
        ledger.give_bonus(
            amount_cents=amount_cents, form_id=secrets.token_hex(8), actor="test", note="for a test"
        )


def add_project(user_id: str, *, clip: Path | None = None, **facts: Any) -> Project:
    """A clip in the user's file; its media too when `clip` is given."""
    project_id = facts.pop("id", None) or new_id()
    prefix = media.project_prefix(user_id, project_id)
    measured = {"duration_ms": 1000, "width": 320, "height": 180, "fps": 30.0, "has_audio": True}
    project = Project(
        id=project_id,
        source_path=f"{prefix}/source.mp4",
        thumbnail_path=f"{prefix}/thumbnail.jpg",
        **{"name": "Final quarter", "size_bytes": 1000, "created_at": timezone.now(), **measured, **facts},
    )
    if clip is not None:
        put(project.source_path, clip)
    with user_transaction(user_id):
        project.save(force_insert=True)
    return project


def put(name: str, source: Path) -> None:
    path = media.local_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)


def order(project: Project, **changes: Any) -> Order:
    return Order(**{"project_id": project.id, "type": "framing", "params": {}, **changes})


def sell(user_id: str, project: Project, **changes: Any) -> ExportJob:
    return orders.start_export(user_id=user_id, order=order(project, **changes))


def step(user_id: str, job_id: str, runner: Runner) -> ExportJob:
    """One step of a worker, then the job as it stands."""
    row = OpenJob.objects.filter(pk=job_id).first()
    if row is not None:
        sweep.step(row, runner)
    return job_of(user_id, job_id)


def job_of(user_id: str, job_id: str) -> ExportJob:
    with user_db(user_id):
        return ExportJob.objects.get(pk=job_id)


def change(user_id: str, job: ExportJob, **facts: Any) -> None:
    """Moves a job's clock or state by force, as time would."""
    with user_transaction(user_id):
        ExportJob.objects.filter(pk=job.id).update(**facts)


def balance_cents(user_id: str) -> int:
    with user_db(user_id):
        return ledger.balance_cents()


def lines(user_id: str, job_id: str) -> list[tuple[str, int]]:
    """The ledger's lines of a job, oldest first."""
    with user_db(user_id):
        found = LedgerEntry.objects.filter(job_id=job_id).order_by("id")
        return [(line.reason, line.change_cents) for line in found]


def debit_of(user_id: str, job_id: str) -> Debit:
    with user_db(user_id):
        return Debit.objects.get(pk=job_id)


def finish_output(job: ExportJob, user_id: str, clip: Path) -> None:
    """Puts a playable output where the job's current attempt would."""
    put(f"{media.attempt_prefix(user_id, job.id, job.attempt)}/output.mp4", clip)


def cancel(user_id: str, job: ExportJob) -> ExportJob:
    return jobs.cancel(user_id=user_id, job_id=job.id)


def ended(**envelope: Any) -> Report:
    return Report("ended", 1.0, {**OK, **envelope})


def dispatched(user_id: str, project: Project, runner: Runner, **changes: Any) -> ExportJob:
    """A job that the runner has."""
    return step(user_id, sell(user_id, project, **changes).id, runner)


def succeeded(
    user_id: str, project: Project, runner: ScriptedRunner, clip: Path, **envelope: Any
) -> ExportJob:
    job = dispatched(user_id, project, runner)
    finish_output(job, user_id, clip)
    runner.report = ended(**envelope)
    return step(user_id, job.id, runner)


def refund_by_operator(user_id: str, job: ExportJob, amount_cents: int) -> None:
    with user_transaction(user_id):
        ledger.refund_by_operator(
            job_id=job.id, amount_cents=amount_cents, form_id=secrets.token_hex(8), actor="op", note="sorry"
        )
