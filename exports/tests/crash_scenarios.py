"""The lives of an export that crash_points.py cuts short, and the faults that it can plant to see itself notice."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from exports import jobs, orders
from exports.models import ExportJob, State
from exports.shared.models import OpenJob
from exports.tests.crash_world import USER_ID, WorldRunner, let_pass, start, sweep
from exports.worker import dispatch, following
from reelballers.user_db import user_db, user_transaction
from wallet import ledger


def succeed() -> None:
    following._is_playable = lambda job, attempt: True
    runner = WorldRunner(envelope={"ok": True, "seconds": 9.5, "gpu": "T4"})
    start(runner)
    sweep(runner, 5)


def fail() -> None:
    runner = WorldRunner(envelope={"ok": False, "error_code": "clip", "error": "The clip is damaged."})
    start(runner)
    sweep(runner, 5)


def lose_every_attempt() -> None:
    runner = WorldRunner(reports=["lost"])
    start(runner)
    sweep(runner, 8)


def lose_the_reply() -> None:
    following._is_playable = lambda job, attempt: True
    runner = WorldRunner(loses_replies=True, envelope={"ok": True, "seconds": 1})
    start(runner)
    sweep(runner, 1)
    let_pass(seconds=61)
    sweep(runner, 5)


def be_cancelled() -> None:
    runner = WorldRunner(reports=["running"])
    job = start(runner)
    sweep(runner, 2)
    jobs.cancel(user_id=USER_ID, job_id=job.id)
    sweep(runner, 2)


def time_out() -> None:
    runner = WorldRunner(reports=["running"])
    start(runner)
    sweep(runner, 2)
    let_pass(minutes=10)
    sweep(runner, 3)


def speak_for_itself() -> None:
    """The attempt's own callbacks meet the worker's steps."""
    following._is_playable = lambda job, attempt: True
    runner = WorldRunner(reports=["running"])
    job = start(runner)
    sweep(runner, 1)
    with user_db(USER_ID):
        job = ExportJob.objects.get(pk=job.id)
    jobs.note_progress(user_id=USER_ID, job=job, progress=0.3, call_id=job.call_id)
    jobs.note_envelope(user_id=USER_ID, job=job, envelope={"ok": True, "seconds": 2})
    sweep(runner, 3)


def be_handed_over() -> None:
    """The worker is told to end while the attempt runs: another takes it up."""
    following._is_playable = lambda job, attempt: True
    runner = WorldRunner(reports=["running"])
    start(runner)
    sweep(runner, 2)
    dispatch.hand_over(runner)
    sweep(WorldRunner(), 2)


def be_refused_late() -> None:
    """The money is spent between the two looks: the index row was there already."""
    runner = WorldRunner()
    check = orders._check

    def spent_meanwhile(*asked: Any) -> None:
        check(*asked)
        orders._check = check
        with user_transaction(USER_ID):
            ledger.debit(job_id="elsewhere", cost_cents=98)

    orders._check = spent_meanwhile
    try:
        start(runner)
    except orders.InsufficientFunds:
        sweep(runner, 1)
    else:
        raise AssertionError("it was sold without money")


SCENARIOS = {
    function.__name__: function
    for function in (
        succeed,
        fail,
        lose_every_attempt,
        lose_the_reply,
        be_cancelled,
        time_out,
        speak_for_itself,
        be_handed_over,
        be_refused_late,
    )
}


def plant(fault: str | None) -> None:
    """Breaks our code as a bad day would, to see that the judge notices."""
    if fault == "refund-outside":
        jobs.fail, jobs.cancel = _fail_then_refund, _cancel_then_refund
    elif fault == "index-after-debit":
        orders.start_export = _sell_then_index


def _fail_then_refund(*, user_id: str, job: ExportJob, error: str, error_code: str, **facts: Any) -> bool:
    state = facts.pop("state", State.FAILED)
    with user_transaction(user_id):
        ExportJob.objects.filter(pk=job.id).update(state=state, error=error, finished_at=timezone.now())
    with user_transaction(user_id):
        ledger.refund_rest(job_id=job.id)
    return True


def _cancel_then_refund(*, user_id: str, job_id: str) -> None:
    with user_db(user_id):
        job = jobs.get_job(job_id=job_id)
    _fail_then_refund(user_id=user_id, job=job, error="x", error_code="cancelled", state=State.CANCELLED)


def _sell_then_index(*, user_id: str, order: Any) -> ExportJob:
    with user_db(user_id):
        if (sold := orders._job_of_key(order)) is not None:
            return sold
        quoted = orders.quote(order)
        job = orders.new_job(order, quoted)
        orders._check(order, quoted, orders.look(work_hash="", project_id=job.project_id, job_id=job.id))
    job = orders._sell(user_id, order, quoted, job)
    with transaction.atomic(using="default"):
        OpenJob.objects.create(job_id=job.id, user_id=user_id)
    return job
