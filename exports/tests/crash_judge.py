"""The judge of crash_points.py: after the crash and the recovery, every cent is where it belongs."""

import io

from django.core.management import CommandError, call_command

from exports.models import ExportJob, State
from exports.shared.models import OpenJob
from exports.tests.crash_world import USER_ID, WorldRunner, let_pass, start, sweep
from exports.worker import following
from reelballers.user_db import user_db
from wallet.models import LedgerEntry

PRICE_CENTS = 5


def recover_and_judge(sweeps: int, seconds: int) -> str:
    """Comes up as a worker does, and as a visitor who repeats the request; what is wrong afterwards, or ""."""
    following._look_at_output = lambda job, attempt: following.Look(None)
    runner = WorldRunner(reports=["running", "ended"], envelope={"ok": True, "seconds": 1})
    with user_db(USER_ID):
        spent_elsewhere = LedgerEntry.objects.filter(job_id="elsewhere").exists()
    if not spent_elsewhere:
        start(runner)  # the same key: the job of before, or now the first
    for number in range(sweeps):
        let_pass(seconds=seconds * (number + 1))
        if not OpenJob.objects.exists():
            break  # nothing is left that a sweep would look at
        sweep(runner, 1)
    let_pass()
    words = io.StringIO()
    try:
        call_command("audit", stdout=words)
    except CommandError:
        return words.getvalue()
    return _faults(runner, spent_elsewhere)


def _faults(runner: WorldRunner, spent_elsewhere: bool) -> str:
    with user_db(USER_ID):
        found = list(ExportJob.objects.exclude(state=State.ABORTED))
        lines = list(LedgerEntry.objects.exclude(reason="bonus").exclude(job_id="elsewhere"))
    if OpenJob.objects.exists():
        return "an open-job row is left"
    if len(found) != (0 if spent_elsewhere else 1):
        return f"{len(found)} jobs of one request"
    if not spent_elsewhere and runner.world.get("job_id") != found[0].id:
        return "the visitor was told of another job"
    for job in found:
        if job.is_open:
            return f"the job never ended: {job.state}"
        changes = [line.change_cents for line in lines if line.job_id == job.id]
        if changes.count(-PRICE_CENTS) != 1 or len(changes) > 2:
            return f"its lines are {changes}"
        if -sum(changes) != (PRICE_CENTS if job.state == State.SUCCEEDED else 0):
            return f"{job.state} for {-sum(changes)}"
    if any(line.job_id not in {job.id for job in found} for line in lines):
        return "a line belongs to no job"
    return ""
