"""The life of a job after it is sold: the only code that changes a job's state.

Every change is a compare-and-set inside one transaction of the user's file, so that a worker, a callback, a cancel
and a deadline can meet in any order and one of them wins. A change that ends the job badly refunds it in that same
transaction.
"""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from exports.errors import JobHasEnded, NoSuchJob
from exports.models import OPEN_STATES, ExportJob, State
from reelballers.user_db import user_db, user_transaction
from reelballers.user_db.rows import Prepared
from wallet import ledger
from wallet.moving import moving
from wallet.sources import files_of

_BY_ID = Prepared(ExportJob, "id = ?")

LEASE_SECONDS = 60
MAX_ATTEMPTS = 3

# What an attempt leaves on its job; the next one starts without it, its deadline too.
UNTOUCHED: dict[str, Any] = {
    "call_id": None,
    "progress": 0,
    "envelope": None,
    "dispatched_at": None,
    "started_at": None,
}


def get_job(*, job_id: str) -> ExportJob:
    """The current user's job. Raises NoSuchJob, also for one that was never sold and one they deleted."""
    job = _BY_ID.first(job_id)
    if job is None or job.state == State.ABORTED or job.deleted_at is not None:
        raise NoSuchJob
    return job


def shown_jobs() -> QuerySet[ExportJob]:
    """What the current user sees of their jobs."""
    return ExportJob.objects.filter(deleted_at=None).exclude(state=State.ABORTED)


def file_of(*, user_id: str, job_id: str) -> str:
    """In whose file the user's job is: their own, or that of a wallet that became part of it. Raises NoSuchJob."""
    for file_id in files_of(user_id):
        with user_db(file_id):
            if shown_jobs().filter(pk=job_id).exists():
                return file_id
    raise NoSuchJob


def cancel(*, user_id: str, job_id: str, actor: str = "system", note: str = "") -> ExportJob:
    """The visitor's cancel, or an operator's: ends and refunds a job that has not ended. The worker stops the runner.

    Raises NoSuchJob, JobHasEnded.
    """
    with moving(user_id):
        job = get_job(job_id=job_id)
        if not job.is_open:
            raise JobHasEnded(status=job.status)
        facts = {"error": "Cancelled; your credits are back.", "error_code": "cancelled"}
        _end(job, State.CANCELLED, actor=actor, note=note, **facts)
    return job


def claim(*, user_id: str, job: ExportJob) -> ExportJob | None:
    """Takes the next attempt of a job for dispatch, or None if somebody else did. Committed before the call leaves."""
    now = timezone.now()
    with user_transaction(user_id):
        claimed = ExportJob.objects.filter(
            pk=job.id,
            state__in=[State.DEBITED, State.DISPATCHING],
            attempt=job.attempt,
            lease_until=job.lease_until,
        ).update(
            state=State.DISPATCHING,
            attempt=job.attempt + 1,
            lease_until=now + timedelta(seconds=LEASE_SECONDS),
            **UNTOUCHED,
        )
        return ExportJob.objects.get(pk=job.id) if claimed else None


def note_dispatched(*, user_id: str, job: ExportJob, call_id: str) -> bool:
    """The runner has the attempt. False if the job moved on meanwhile: the caller cancels the call.

    The attempt's own word may have come first: then it runs already and only lacks its name.
    """
    facts = {"call_id": call_id, "dispatched_at": timezone.now()}
    return _set(user_id, job, [State.DISPATCHING], state=State.DISPATCHED, **facts) or _set(
        user_id, job, [State.RUNNING], call_id=call_id
    )


def recall(*, user_id: str, job: ExportJob) -> bool:
    """A runner that ends takes back its attempt: under a lease nobody asks for it or starts another meanwhile."""
    now = timezone.now()
    lease = {"lease_until": now + timedelta(seconds=LEASE_SECONDS), "queued_at": now}
    return _set(
        user_id, job, [State.DISPATCHED, State.RUNNING], state=State.DISPATCHING, **lease, **UNTOUCHED
    )


def put_back(*, user_id: str, job: ExportJob, wait_seconds: float, was_sent: bool, **receipt: Any) -> bool:
    """The job waits for its next attempt: this one was lost, or surely never started and then does not count.

    Its time in the queue begins anew after a loss; a call that was not sent only goes on waiting.
    """
    now = timezone.now()
    if was_sent:
        receipt["queued_at"] = now
    return _set(
        user_id,
        job,
        OPEN_STATES if was_sent else [State.DISPATCHING],
        state=State.DEBITED,
        attempt=job.attempt if was_sent else job.attempt - 1,
        lease_until=now + timedelta(seconds=wait_seconds),
        **UNTOUCHED,
        **receipt,
    )


def note_progress(*, user_id: str, job: ExportJob, progress: float, call_id: str | None = None) -> bool:
    """The attempt runs and is this far (0…1). False if the job is not, or no longer, at this attempt.

    From `dispatching` too: when the reply to a submit was lost, the attempt's own word is the first we hear.
    """
    now = timezone.now()
    changes: dict[str, Any] = {"state": State.RUNNING, "progress": min(1.0, max(0.0, progress))}
    if job.started_at is None:
        changes["started_at"] = now
    if job.dispatched_at is None:
        changes["dispatched_at"] = now
    if call_id and job.call_id is None:
        changes["call_id"] = call_id
    return _set(user_id, job, [State.DISPATCHING, State.DISPATCHED, State.RUNNING], **changes)


def note_envelope(*, user_id: str, job: ExportJob, envelope: dict[str, Any]) -> bool:
    """The attempt says how it ended; the worker believes it after a look at the output. The first word counts."""
    with user_transaction(user_id):
        found = ExportJob.objects.filter(
            pk=job.id, attempt=job.attempt, state__in=OPEN_STATES, envelope__isnull=True
        )
        return bool(found.update(envelope=envelope))


def succeed(*, user_id: str, job: ExportJob, output_path: str, **facts: Any) -> bool:
    """The attempt's output is there and was probed. False if the job had ended: the output is discarded."""
    now = timezone.now()
    return _set(
        user_id,
        job,
        OPEN_STATES,
        state=State.SUCCEEDED,
        progress=1,
        output_path=output_path,
        finished_at=now,
        started_at=job.started_at or now,
        **facts,
    )


def fail(
    *, user_id: str, job: ExportJob, error: str, error_code: str, state: State = State.FAILED, **facts: Any
) -> bool:
    """Ends the attempt's job badly and refunds it. False if it had ended or another attempt runs."""
    with moving(user_id):
        current = ExportJob.objects.filter(pk=job.id, attempt=job.attempt, state__in=OPEN_STATES).first()
        if current is None:
            return False
        _end(current, state, error=error, error_code=error_code, **facts)
    return True


def write_tombstone(*, user_id: str, job_id: str) -> None:
    """Makes sure that an intent whose debit never happened never will: its id is taken by an aborted job."""
    now = timezone.now()
    with user_transaction(user_id):
        if ExportJob.objects.filter(pk=job_id).exists():
            return
        ExportJob(
            id=job_id,
            project_id="",
            project_name="",
            type="",
            params={},
            state=State.ABORTED,
            cost_cents=0,
            price_version="",
            sold_duration_ms=0,
            idempotency_hash="",
            request_hash="",
            created_at=now,
            finished_at=now,
        ).save(force_insert=True)


def _end(
    job: ExportJob,
    state: State,
    *,
    error: str,
    error_code: str,
    actor: str = "system",
    note: str = "",
    **facts: Any,
) -> None:
    facts |= {"state": state, "error": error, "error_code": error_code, "finished_at": timezone.now()}
    for name, value in facts.items():
        setattr(job, name, value)
    job.save(update_fields=list(facts))
    ledger.refund_rest(job_id=job.id, actor=actor, note=note or f"{job.type} {job.status}")


def _set(user_id: str, job: ExportJob, from_states: Any, **changes: Any) -> bool:
    """Changes a job if it is in one of the states and still at the caller's attempt."""
    with user_transaction(user_id):
        found = ExportJob.objects.filter(pk=job.id, attempt=job.attempt, state__in=list(from_states))
        return bool(found.update(**changes))
