"""Says in words what is wrong, and what to do. Looks only; runs whatever is missing or away."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from operators.attention import needs_attention
from operators.user_files.audit import known_without_file
from reelballers import gate, health
from reelballers.user_db import UserDatabaseUnusable, all_user_ids
from wallet.shared.models import ReconcileProgress

RECONCILE_LATE_SECONDS = 24 * 3600

# What is wrong, and what to do about it.
Finding = tuple[str, str]


class Command(BaseCommand):
    help = "Says in words what is wrong and what to do; exits 1 if anything is."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(findings())
        for what, remedy in found:
            self.stdout.write(f"{what}\n    what to do: {remedy}")
        if found:
            raise CommandError(f"doctor: {len(found)} things need a hand")
        self.stdout.write("doctor: nothing is wrong; `manage.py audit` proves every wallet")


def findings() -> Iterator[Finding]:
    for line in gate.faults():
        yield line, "set it in the environment; the start refuses until then"
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        yield f"{settings.DATA_DIR} holds no shared database", "start the product, or restore the volume"
        return
    try:
        yield from _health()
        yield from _desk()
        yield from _reconcile()
        yield from _files()
    except DatabaseError as error:
        yield (
            f"the shared database cannot be read: {error}",
            "`manage.py setup` brings it to this release's schema",
        )


def _health() -> Iterator[Finding]:
    for fault in health.recent_faults():
        yield fault, "make room (`df`), remount the volume for writing, or run `manage.py setup`"
    for alarm in health.alarms():
        if alarm.startswith("worker"):
            yield alarm, "look why in its log; `serve` starts it again by itself when it hangs"
        else:
            yield alarm, "use a larger volume (`fly volumes extend`), or shorten SOURCE_RETENTION_DAYS"


def _desk() -> Iterator[Finding]:
    for matter in needs_attention():
        if matter.count and "workers" not in matter.words:  # said above
            yield f"{matter.count} × {matter.words}", f"look at {settings.API_URL}{matter.url}"


def _reconcile() -> Iterator[Finding]:
    for progress in ReconcileProgress.objects.all():
        seen_at = progress.finished_at or progress.started_at
        if (timezone.now() - seen_at).total_seconds() > RECONCILE_LATE_SECONDS:
            yield (
                f"Stripe's {progress.name} were last compared at {seen_at:%Y-%m-%d %H:%M}",
                "`manage.py reconcile`",
            )


def _files() -> Iterator[Finding]:
    try:
        on_disk = list(all_user_ids())
    except UserDatabaseUnusable as error:
        yield str(error), "mount the volume, or restore the files"
        return
    for user_id in known_without_file(on_disk, everyone=True):
        yield f"user {user_id} has a wallet and no file", f"`manage.py user_db restore {user_id}`"
