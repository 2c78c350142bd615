"""Proves a user's jobs against what was taken and returned for them, and the index of open jobs against both."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from exports.models import OPEN_STATES, State
from exports.shared.models import OpenJob
from wallet.audit import FREEZE, REINDEX, Fault

# The worker clears and repairs index rows; one that waited longer than this has no worker.
INDEX_GRACE = timedelta(minutes=10)
START_WORKER = "start the worker: it ends and refunds such jobs"


def job_faults(db: sqlite3.Connection) -> Iterator[Fault]:
    """Every job that was sold has its debit, every one that ended badly has all of it back."""
    jobs = db.execute(
        "SELECT id, state, export_jobs.cost_cents, debits.cost_cents AS taken_cents, refunded_cents"
        " FROM export_jobs LEFT JOIN debits ON debits.job_id = export_jobs.id ORDER BY id"
    )
    for job in jobs:
        taken_cents, refunded_cents = job["taken_cents"] or 0, job["refunded_cents"] or 0
        if job["state"] == State.ABORTED:
            if taken_cents:
                yield Fault(f"job {job['id']} was aborted but took {taken_cents}", FREEZE)
        elif taken_cents != job["cost_cents"]:
            yield Fault(f"job {job['id']} costs {job['cost_cents']} but took {taken_cents}", FREEZE)
        elif job["state"] not in (*OPEN_STATES, State.SUCCEEDED) and refunded_cents != taken_cents:
            yield Fault(
                f"job {job['id']} {job['state']}, took {taken_cents} and returned {refunded_cents}",
                "refund the rest of it in the admin",
            )


def open_jobs(db: sqlite3.Connection) -> set[str]:
    marks = ", ".join("?" for _ in OPEN_STATES)
    return {row[0] for row in db.execute(f"SELECT id FROM export_jobs WHERE state IN ({marks})", OPEN_STATES)}  # noqa: S608


def unindexed_jobs(db: sqlite3.Connection, user_id: str) -> set[str]:
    """Open jobs without an index row. In a served product one may have ended meanwhile: look a second time."""
    return open_jobs(db) - set(OpenJob.objects.filter(user_id=user_id).values_list("job_id", flat=True))


def unindexed_faults(job_ids: set[str]) -> Iterator[Fault]:
    for job_id in sorted(job_ids):
        yield Fault(f"job {job_id} is open but no worker knows of it", REINDEX)


def leftover_faults(db: sqlite3.Connection, user_id: str) -> Iterator[Fault]:
    """Index rows whose job ended, or never was, long ago."""
    long_ago = datetime.now(UTC) - INDEX_GRACE
    for row in OpenJob.objects.filter(user_id=user_id, created_at__lt=long_ago):
        job = db.execute("SELECT state, finished_at FROM export_jobs WHERE id = ?", (row.job_id,)).fetchone()
        if job is None:
            yield Fault(f"open-job row {row.job_id} has no job", START_WORKER)
        elif job["state"] not in OPEN_STATES and job["finished_at"] < long_ago.strftime("%Y-%m-%d %H:%M:%S"):
            yield Fault(f"open-job row {row.job_id} outlived its job, which {job['state']}", START_WORKER)
