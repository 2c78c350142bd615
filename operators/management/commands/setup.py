"""Brings a data folder, empty or old, to what this release needs. Safe to run again, and by several at once: web,
worker and backup each run it before they begin."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from reelballers import volume
from reelballers.models import User
from reelballers.user_db.create import template_path
from wallet.stripe import seed as stripe_seed


class Command(BaseCommand):
    help = "Creates or migrates the databases and seeds what dj-stripe needs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new-volume", action="store_true", help="mark DATA_DIR as this app's volume")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_volume"]:
            volume.mark(settings.DATA_DIR, settings.FLY_APP_NAME)
        with _turn():
            self._prepare()
        if options["verbosity"]:
            self.stdout.write(f"ready: {settings.DATA_DIR}")

    def _prepare(self) -> None:
        self._refuse_a_lost_volume()
        for folder in (settings.DATA_DIR / "users", settings.MEDIA_ROOT, settings.STATIC_ROOT):
            folder.mkdir(parents=True, exist_ok=True)
        if "django_migrations" not in connection.introspection.table_names():
            self.stdout.write("creating the shared database")
            create_shared_database()
        elif pending_migrations():
            self.stdout.write("migrating the shared database")
            call_command("migrate", interactive=False, verbosity=0)
        stripe_seed.seed()
        template_path()

    def _refuse_a_lost_volume(self) -> None:
        """Where wallets are known but their folder is gone, a new folder would hide that the volume is missing."""
        folder = settings.DATA_DIR / "users"
        if folder.is_dir() or User._meta.db_table not in connection.introspection.table_names():
            return
        if User.objects.filter(wallet_created_at__isnull=False).exists():
            raise CommandError(
                f"{folder} is not there but users have wallets: mount the volume, or restore the files"
            )


@contextmanager
def _turn() -> Iterator[None]:
    """One after the other: the first does the work, the others find it done.

    No deadline: a long migration must not be cut short by those who wait for it, and who dies lets go of the lock.
    """
    with (settings.DATA_DIR / "setup.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def create_shared_database() -> None:
    """An empty `default` at the current schema, in seconds; whole or not at all.

    dj-stripe's history (518 removed fields) costs a minute of CPU to replay, so its tables are made from its
    models and its migrations recorded as done; a slow test holds both ways to the same schema. Tables without that
    record would be made again by the next start, and fail it.
    """
    # SQLite cannot turn its constraints off within a transaction, and Django makes tables without them.
    with connection.constraint_checks_disabled(), transaction.atomic(using="default"):
        _create_from_models()


def _create_from_models() -> None:
    modules = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {**modules, "djstripe": None}
    try:
        # First what dj-stripe's tables refer to: Postgres wants it to be there.
        call_command("migrate", "reelballers", interactive=False, verbosity=0)
        call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
    finally:
        settings.MIGRATION_MODULES = modules
    recorder = MigrationRecorder(connection)
    for app, name in MigrationExecutor(connection).loader.disk_migrations:
        if app == "djstripe":
            recorder.record_applied(app, name)


def pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
