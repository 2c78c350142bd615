"""A job that hangs: try it again, or end it and give its credits back."""

from exports import jobs
from exports.errors import JobHasEnded, NoSuchJob
from exports.models import ExportJob
from operators.acts.kind import VISITOR_READS, ActRefused, Ended, Kind, Look, balance_cents
from operators.models import OperatorAct
from operators.words import credits
from reelballers.user_db import user_db
from wallet.models import Debit, LedgerEntry


def _job(act: OperatorAct) -> ExportJob:
    try:
        with user_db(act.user_id):
            return jobs.get_job(job_id=act.of)
    except NoSuchJob:
        raise ActRefused("This wallet has no such job.") from None


def _open_job(act: OperatorAct) -> ExportJob:
    job = _job(act)
    if not job.is_open:
        raise ActRefused(f"The job has ended: {job.status}.")
    return job


def _look_cancel(act: OperatorAct) -> Look:
    job = _open_job(act)
    with user_db(act.user_id):
        debit = Debit.objects.get(pk=job.id)
    rest_cents = debit.cost_cents - debit.refunded_cents
    before_cents = balance_cents(act.user_id)
    ends = f"The {job.type} export of “{job.project_name}” ends, and {credits(rest_cents)} return."
    return Look(before_cents, before_cents + rest_cents, (ends,))


def _cancel(act: OperatorAct) -> Ended:
    try:
        jobs.cancel(user_id=act.user_id, job_id=act.of, actor=act.operator, note=act.reason)
    except NoSuchJob:
        raise ActRefused("This wallet has no such job.") from None
    except JobHasEnded as ended:
        if ended.status != "cancelled":
            raise ActRefused(f"The job had ended before: {ended.status}.") from None
    with user_db(act.user_id):
        line = LedgerEntry.objects.filter(reference=f"refund:{act.of}:end").first()
    if line is None:
        return Ended("Job cancelled. All its credits had been returned before.")
    return Ended(f"Job cancelled, {credits(line.change_cents)} returned.")


JOB_CANCEL = Kind(
    title="Cancel a job",
    permission="operators.refund_jobs",
    button=lambda act: "Cancel the job",
    look=_look_cancel,
    do=_cancel,
    who_reads=VISITOR_READS,
)


def _look_retry(act: OperatorAct) -> Look:
    job = _open_job(act)
    if job.attempt >= jobs.MAX_ATTEMPTS:
        raise ActRefused(f"All {jobs.MAX_ATTEMPTS} attempts are used up. Cancel the job: its credits return.")
    cents = balance_cents(act.user_id)
    if not act.how:  # which attempt is given up: another one that has begun meanwhile is left alone
        act.how = str(job.attempt)
    gives_up = (
        f"Attempt {job.attempt} is given up; whatever it still brings is thrown away." if job.attempt else ""
    )
    return Look(
        cents, cents, tuple(filter(None, (gives_up, "The next attempt starts at once. No credits move.")))
    )


def _retry(act: OperatorAct) -> Ended:
    job = _open_job(act)
    if str(job.attempt) != act.how:
        return Ended(f"Attempt {job.attempt} has begun.")
    jobs.put_back(user_id=act.user_id, job=job, wait_seconds=0, was_sent=True)
    return Ended(f"Attempt {job.attempt + 1} is next in the queue.")


JOB_RETRY = Kind(
    title="Try a job again",
    permission="operators.refund_jobs",
    button=lambda act: "Start the next attempt",
    look=_look_retry,
    do=_retry,
)
