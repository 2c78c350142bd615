"""Migrates all users' files. Run it before the server starts; a file it has not reached is migrated when opened."""

import os
from argparse import ArgumentParser
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reelballers.user_db import UserDatabaseError, all_user_folders, schema
from reelballers.user_db.paths import mounted_users_root
from reelballers.user_db.progress import Progress
from reelballers.user_db.render import sql_of
from reelballers.user_db.sweep import Done, sweep


class Command(BaseCommand):
    help = "Brings every user's file to the current schema; run again after an interruption, it goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)

    def handle(self, *args: Any, processes: int, **options: Any) -> None:
        for key in schema.USER_MIGRATIONS:
            sql_of(key, schema.USER_MIGRATIONS)  # rendered once, inherited by every process
        total = Done()
        try:
            mounted_users_root()
            user_ids = list(all_user_folders())
            with Progress("files migrated", len(user_ids), self.stderr) as progress:
                for part in sweep(user_ids, max(1, processes)):
                    total.add(part)
                    progress.step(part.current + part.migrated + len(part.failed))
        except (UserDatabaseError, OSError, BrokenProcessPool) as error:
            raise CommandError(f"{error}; run again, it goes on where it was") from error
        for user_id, why in sorted(total.failed.items()):
            self.stdout.write(f"failed: {user_id}: {why}")
        summary = (
            f"{total.migrated:,} migrated, {total.current:,} were current, {len(total.failed):,} failed; "
            f"version {schema.current_version()}, {progress.seconds:.1f} s, {progress.rate:,.0f} files/s"
        )
        if total.failed:
            raise CommandError(summary)
        self.stdout.write(summary)
