"""The lives of an export that crash_points.py cuts short, the outside world that goes on, and the judge."""

import io
import json
import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from exports import dispatch, following, jobs, orders
from exports.models import ExportJob, State
from exports.runners.base import Attempt, OutcomeUnknown, Report
from exports.shared.models import OpenJob
from exports.tests import shop
from reelballers.models import User
from reelballers.user_db import create_user_db, user_db, user_transaction
from wallet import ledger
from wallet.models import LedgerEntry

USER_ID = "c" * 32
PRICE_CENTS = 5
KEY = "the-visitors-key"

_kill = {"at": 0, "seen": 0}
_real_now = timezone.now
_later = timedelta()


# --- Points ---------------------------------------------------------------------------------------------------


def kill_at(point: int) -> None:
    """From now on counts every point, and dies at the given one."""
    _kill.update(at=point, seen=0)
    execute, commit = CursorWrapper._execute_with_wrappers, DatabaseWrapper._commit

    def counted_execute(self: Any, sql: str, *args: Any, **kwargs: Any) -> Any:
        here()
        result = execute(self, sql, *args, **kwargs)
        here()
        return result

    def counted_commit(self: Any) -> None:
        here()
        commit(self)
        here()

    CursorWrapper._execute_with_wrappers = counted_execute
    DatabaseWrapper._commit = counted_commit


def here() -> None:
    _kill["seen"] += 1
    if _kill["seen"] == _kill["at"]:
        os.kill(os.getpid(), signal.SIGKILL)


# --- The world ------------------------------------------------------------------------------------------------


def prepare(data_dir: Path) -> None:
    """A data folder with one visitor, 100 credits and a clip."""
    from reelballers.management.commands.setup import create_shared_database
    from reelballers.user_db.create import template_path

    (data_dir / "users").mkdir(parents=True)
    open_world(data_dir)
    create_shared_database()
    template_path()
    User(id=USER_ID, wallet_created_at=timezone.now(), password="!").save(force_insert=True)
    create_user_db(USER_ID)
    shop.give(USER_ID, 100)
    shop.add_project(USER_ID)
    close_world()


def open_world(data_dir: Path) -> None:
    """Points this process at a data folder; nothing of it was open before."""
    settings.DATA_DIR, settings.MEDIA_ROOT = data_dir, data_dir / "media"
    connections["default"].settings_dict["NAME"] = str(data_dir / "default.sqlite3")
    default_storage._wrapped = None
    settings.STORAGES["default"]["OPTIONS"]["location"] = str(settings.MEDIA_ROOT)
    from django.core.files.storage import FileSystemStorage

    default_storage._wrapped = FileSystemStorage(location=str(settings.MEDIA_ROOT))


def close_world() -> None:
    from reelballers.user_db import pool

    pool.pool.close_idle()
    connections["default"].close()


class WorldRunner:
    """A runner outside of us: what it was given lives on in a file, whoever of us dies."""

    poll_every_seconds = 0.0

    def __init__(self, **script: Any) -> None:
        self.path = Path(settings.DATA_DIR) / "world.json"
        self.world = json.loads(self.path.read_text()) if self.path.exists() else {**script, "calls": {}}
        self.mine: list[Attempt] = []

    def has_room(self) -> bool:
        return True

    def submit(self, attempt: Attempt) -> str:
        here()
        call_id = f"{attempt.job_id}-{attempt.number}"
        assert call_id not in self.world["calls"], "the same attempt was sent twice"
        self.world["calls"][call_id] = 0
        self.mine.append(attempt)
        self._save()
        here()
        if self.world.get("loses_replies") and attempt.number == 1:
            raise OutcomeUnknown("no reply")
        return call_id

    def poll(self, call_id: str, attempt: Attempt) -> Report:
        here()
        self.world["calls"][call_id] += 1
        self._save()
        reports = self.world.get("reports", ["running", "ended"])
        state = reports[min(self.world["calls"][call_id], len(reports)) - 1]
        here()
        return Report(state, 0.5, self.world.get("envelope", {}) if state == "ended" else {})

    def cancel(self, call_id: str) -> None:
        here()
        self.world["cancelled"] = call_id
        self._save()
        here()

    def dying_with_us(self) -> list[Attempt]:
        return self.mine

    def kill(self, attempt: Attempt) -> None:
        here()
        del self.world["calls"][f"{attempt.job_id}-{attempt.number}"]
        self._save()
        here()

    def told(self, **facts: Any) -> None:
        """What the visitor got to hear."""
        self.world.update(facts)
        self._save()

    def _save(self) -> None:
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self.world))
        part.replace(self.path)


# --- Lives ----------------------------------------------------------------------------------------------------


def _start(runner: WorldRunner) -> ExportJob:
    with user_db(USER_ID):
        from exports.models import Project

        project = Project.objects.get()
    job = shop.sell(USER_ID, project, idempotency_key=KEY)
    runner.told(job_id=job.id)
    return job


def _sweep(runner: WorldRunner, times: int) -> None:
    for _ in range(times):
        following.forget_all_but(set())
        dispatch.pace.forget_all_but(set())
        dispatch.sweep(runner)


def succeed() -> None:
    following._is_playable = lambda attempt: True
    runner = WorldRunner(envelope={"ok": True, "seconds": 9.5, "gpu": "T4"})
    _start(runner)
    _sweep(runner, 5)


def fail() -> None:
    runner = WorldRunner(envelope={"ok": False, "error_code": "clip", "error": "The clip is damaged."})
    _start(runner)
    _sweep(runner, 5)


def lose_every_attempt() -> None:
    runner = WorldRunner(reports=["lost"])
    _start(runner)
    _sweep(runner, 8)


def lose_the_reply() -> None:
    global _later
    following._is_playable = lambda attempt: True
    runner = WorldRunner(loses_replies=True, envelope={"ok": True, "seconds": 1})
    _start(runner)
    _sweep(runner, 1)
    _later = timedelta(seconds=61)
    _sweep(runner, 5)


def be_cancelled() -> None:
    runner = WorldRunner(reports=["running"])
    job = _start(runner)
    _sweep(runner, 2)
    jobs.cancel(user_id=USER_ID, job_id=job.id)
    _sweep(runner, 2)


def time_out() -> None:
    global _later
    runner = WorldRunner(reports=["running"])
    _start(runner)
    _sweep(runner, 2)
    _later = timedelta(minutes=10)
    _sweep(runner, 3)


def speak_for_itself() -> None:
    """The attempt's own callbacks meet the worker's steps."""
    following._is_playable = lambda attempt: True
    runner = WorldRunner(reports=["running"])
    job = _start(runner)
    _sweep(runner, 1)
    with user_db(USER_ID):
        job = ExportJob.objects.get(pk=job.id)
    jobs.note_progress(user_id=USER_ID, job=job, progress=0.3, call_id=job.call_id)
    jobs.note_envelope(user_id=USER_ID, job=job, envelope={"ok": True, "seconds": 2})
    _sweep(runner, 3)


def be_handed_over() -> None:
    """The worker is told to end while the attempt runs: another takes it up."""
    following._is_playable = lambda attempt: True
    runner = WorldRunner(reports=["running"])
    _start(runner)
    _sweep(runner, 2)
    dispatch.hand_over(runner)
    _sweep(WorldRunner(), 2)


def be_refused_late() -> None:
    """The money is spent between the two looks: the index row was there already."""
    runner = WorldRunner()
    check = orders._check

    def spent_meanwhile(order: Any, quoted: Any) -> None:
        check(order, quoted)
        orders._check = check
        with user_transaction(USER_ID):
            ledger.debit(job_id="elsewhere", cost_cents=98)

    orders._check = spent_meanwhile
    try:
        _start(runner)
    except orders.InsufficientFunds:
        _sweep(runner, 1)
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


# --- Judge ----------------------------------------------------------------------------------------------------


def recover_and_judge(sweeps: int, seconds: int) -> str:
    """Comes up as a worker does, and as a visitor who repeats the request; what is wrong afterwards, or ""."""
    global _later
    following._is_playable = lambda attempt: True
    runner = WorldRunner(reports=["running", "ended"], envelope={"ok": True, "seconds": 1})
    with user_db(USER_ID):
        spent_elsewhere = LedgerEntry.objects.filter(job_id="elsewhere").exists()
    if not spent_elsewhere:
        _start(runner)  # the same key: the job of before, or now the first
    for number in range(sweeps):
        _later = timedelta(seconds=seconds * (number + 1))
        if not OpenJob.objects.exists():
            break  # nothing is left that a sweep would look at
        _sweep(runner, 1)
    _later = timedelta()
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


# --- Planted faults -------------------------------------------------------------------------------------------


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
        orders._check(order, quoted)
    job = orders._sell(user_id, order, quoted, orders._new_job(order, quoted))
    with transaction.atomic(using="default"):
        OpenJob.objects.create(job_id=job.id, user_id=user_id)
    return job


timezone.now = lambda: _real_now() + _later
