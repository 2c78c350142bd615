"""The world of crash_points.py: points where a process may die, a data folder, a runner that outlives us, a clock."""

import json
import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from exports.attempts import Attempt
from exports.models import ExportJob, Project
from exports.runners.base import OutcomeUnknown, Report
from exports.worker import following
from exports.worker import sweep as sweeping
from reelballers.models import User
from reelballers.user_db import create_user_db, user_db
from reelballers.user_db import sql as user_sql
from tests.cast import export_jobs

USER_ID = "c" * 32
KEY = "the-visitors-key"

_kill = {"at": 0, "seen": 0}

_clock = {"later": timedelta()}
_real_now = timezone.now
timezone.now = lambda: _real_now() + _clock["later"]


def let_pass(**span: float) -> None:
    """From now on it is so much later than it is."""
    _clock["later"] = timedelta(**span)


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
    for name in ("row", "rows", "run"):
        setattr(user_sql, name, counted(getattr(user_sql, name)))
    DatabaseWrapper._commit = counted_commit


def counted(statement: Callable[..., Any]) -> Callable[..., Any]:
    """Plain SQL, which passes Django's cursors by."""

    def counted_statement(*args: Any) -> Any:
        here()
        result = statement(*args)
        here()
        return result

    return counted_statement


def here() -> None:
    _kill["seen"] += 1
    if _kill["seen"] == _kill["at"]:
        os.kill(os.getpid(), signal.SIGKILL)


def prepare(data_dir: Path) -> None:
    """A data folder with one visitor, 100 credits and a clip."""
    from operators.management.commands.setup import create_shared_database
    from reelballers.user_db.create import template_path

    (data_dir / "users").mkdir(parents=True)
    open_world(data_dir)
    create_shared_database()
    template_path()
    User(id=USER_ID, wallet_created_at=timezone.now(), password="!").save(force_insert=True)
    create_user_db(USER_ID)
    export_jobs.give(USER_ID, 100)
    export_jobs.add_project(USER_ID)
    close_world()


def open_world(data_dir: Path) -> None:
    """Points this process at a data folder; nothing of it was open before."""
    settings.DATA_DIR, settings.MEDIA_ROOT = data_dir, data_dir / "media"
    connections["default"].settings_dict["NAME"] = str(data_dir / "default.sqlite3")
    settings.STORAGES["default"]["OPTIONS"]["location"] = str(settings.MEDIA_ROOT)
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


def start(runner: WorldRunner) -> ExportJob:
    with user_db(USER_ID):
        project = Project.objects.get()
    job = export_jobs.sell(USER_ID, project, idempotency_key=KEY)
    runner.told(job_id=job.id)
    return job


def sweep(runner: WorldRunner, times: int) -> None:
    for _ in range(times):
        following.forget_all_but(set())
        sweeping.pace.forget_all_but(set())
        sweeping.sweep(runner)
