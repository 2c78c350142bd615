"""One user's file, or all of them, in an operator's hands. docs/user-databases.md says when to use which."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from operators import summaries
from operators.user_files import erase, export, restore, tombstones, verify
from reelballers.user_db import UserDatabaseError, all_user_ids, reindex
from reelballers.user_db.paths import is_user_id, mounted_users_root
from reelballers.user_db.progress import Progress
from wallet.stripe.api import StripeRefused, StripeUnavailable


class Command(BaseCommand):
    help = (
        "Exports, verifies, erases or restores one user's file; reindex rebuilds `default` from all of them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        each = actions.add_parser(
            "export", help="a copy that stands alone, its media list and an offline verifier"
        )
        each.add_argument("user_id")
        each.add_argument("--to", type=Path, required=True, help="a folder; made if it is not there")
        each = actions.add_parser("verify", help="pages, sums, hash chain, debits, jobs, indexes")
        each.add_argument("user_id")
        each.add_argument("--file", type=Path, help="this copy instead of the user's file")
        each = actions.add_parser("erase", help="removes the user for good; leaves a signed tombstone")
        each.add_argument("user_id")
        each.add_argument("--yes", action="store_true", help="really")
        each.add_argument("--damaged", action="store_true", help="the file cannot be read, or is gone")
        each = actions.add_parser(
            "restore", help="puts a copy, or an earlier file, in the place of the user's file"
        )
        each.add_argument("user_id")
        each.add_argument("file", type=Path)
        each.add_argument(
            "--no-stripe", action="store_true", help="skip what Stripe knows; `reconcile` brings it"
        )
        each = actions.add_parser("reindex", help="rebuilds in `default` what users' files say")
        each.add_argument("user_id", nargs="*")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        ids = options["user_id"] if isinstance(options["user_id"], list) else [options["user_id"]]
        for user_id in ids:
            if not is_user_id(user_id):
                raise CommandError(f"{user_id!r} is not a user id: 32 lower-case hex digits")
        try:
            getattr(self, f"_{action}")(**{k: v for k, v in options.items() if k in _OPTIONS[action]})
        except (UserDatabaseError, StripeUnavailable, StripeRefused, OSError) as error:
            raise CommandError(f"{type(error).__name__}: {error}") from error

    def _export(self, user_id: str, to: Path) -> None:
        self.stdout.write(f"exported to {export.export(user_id, to)}; check it anywhere: python verify.py")

    def _verify(self, user_id: str, file: Path | None) -> None:
        faults = verify.faults_of(user_id, file)
        for fault in faults:
            self.stdout.write(f"{user_id}: {fault.what}\n    what to do: {fault.remedy}")
        if faults:
            raise CommandError(f"{len(faults)} faults")
        self.stdout.write("verified: ok")

    def _erase(self, user_id: str, yes: bool, damaged: bool) -> None:
        if not yes:
            raise CommandError("this cannot be undone; add --yes, best after `user_db export`")
        closing_cents = erase.erase(user_id, is_damaged=damaged)
        said = "is unknown" if closing_cents is None else f"was {closing_cents} cents"
        self.stdout.write(f"erased {user_id}; the closing balance {said}")

    def _restore(self, user_id: str, file: Path, no_stripe: bool) -> None:
        kept = restore.restore(user_id, file)
        self.stdout.write(
            f"restored {user_id}; the file it replaced is {kept}" if kept else f"restored {user_id}"
        )
        self._reindex([user_id])
        if not no_stripe:
            self.stdout.write(f"asked Stripe about {restore.ask_stripe(user_id)} payments")

    def _reindex(self, user_id: list[str]) -> None:
        mounted_users_root()
        erased = [] if user_id else tombstones.all_user_ids()
        work: list[tuple[reindex.Source, str]] = [(tombstones.claims_of, each) for each in erased]
        work += [(reindex.claims_of, each) for each in user_id or all_user_ids()]
        written: Counter[str] = Counter()
        failed: list[str] = []
        claims: list[reindex.Claim] = []
        with Progress("files read", len(work), self.stderr) as progress:
            for number, (source, each) in enumerate(work, 1):
                try:
                    claims += source(each)
                except UserDatabaseError as error:
                    failed.append(f"{each}: {error}")
                if number % reindex.BATCH == 0:
                    written += reindex.write_missing(claims)
                    claims = []
                progress.step()
        written += reindex.write_missing(claims)
        if not user_id:
            summaries.rebuild()
        for line in failed:
            self.stdout.write(f"failed: {line}")
        said = (
            ", ".join(f"{count} {kind}" for kind, count in sorted(written.items())) or "nothing was missing"
        )
        if failed:
            raise CommandError(f"reindexed {len(work) - len(failed)} files, {len(failed)} failed ({said})")
        self.stdout.write(f"reindexed {len(work)} files: {said}")


_OPTIONS = {
    "export": {"user_id", "to"},
    "verify": {"user_id", "file"},
    "erase": {"user_id", "yes", "damaged"},
    "restore": {"user_id", "file", "no_stripe"},
    "reindex": {"user_id"},
}
