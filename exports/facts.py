"""All that decides whether an order may be sold, in one look at the current user's file."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from exports.models import OPEN_STATES, VISITORS_FAULTS, State
from reelballers.user_db import sql
from reelballers.user_db.rows import stored

MAX_CANCELS = 10
CANCEL_WINDOW = timedelta(hours=1)


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


_LOOK = f"""
    SELECT balance_cents, is_frozen,
        (SELECT COUNT(*) FROM export_jobs WHERE state IN ({_listed(OPEN_STATES)})),
        (SELECT COUNT(*) FROM export_jobs WHERE request_hash = ? AND state = '{State.FAILED}'
            AND error_code IN ({_listed(VISITORS_FAULTS)})),
        (SELECT finished_at FROM export_jobs
            WHERE state = '{State.CANCELLED}' AND started_at IS NOT NULL AND finished_at > ?
            ORDER BY finished_at DESC LIMIT 1 OFFSET {MAX_CANCELS - 1}),
        EXISTS (SELECT 1 FROM projects WHERE id = ?),
        EXISTS (SELECT 1 FROM export_jobs WHERE id = ?)
    FROM wallet WHERE id = 1"""  # noqa: S608 - our own names


@dataclass(frozen=True)
class Facts:
    balance_cents: int
    is_frozen: bool
    open_jobs: int
    own_failures: int  # of the very same work, by the visitor's own fault
    cancels_again_at: datetime | None  # when another may be started, after too many cancels of running ones
    has_project: bool
    has_job: bool  # of this id


def look(*, work_hash: str, project_id: str, job_id: str) -> Facts:
    since = stored(timezone.now() - CANCEL_WINDOW)
    found = sql.row(_LOOK, work_hash, since, project_id, job_id)
    assert found is not None, "a user's file has its wallet row from birth"
    balance_cents, is_frozen, open_jobs, own_failures, nth_cancel, has_project, has_job = found
    again_at = nth_cancel.replace(tzinfo=UTC) + CANCEL_WINDOW if nth_cancel else None
    return Facts(
        balance_cents, bool(is_frozen), open_jobs, own_failures, again_at, bool(has_project), bool(has_job)
    )
