"""The closed wallets that became part of an account: their jobs, debits and purchases are found through it."""

from collections.abc import Iterator

from django.db import connections

from reelballers.user_db import has_user_db, user_db
from wallet.models import Debit, Wallet


def sources_of(user_id: str) -> list[str]:
    """Raw SQL: asked before every debit, and most accounts have none."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT source_id FROM wallet_shared_merge WHERE target_id = %s ORDER BY created_at", [user_id]
        )
        return [row[0] for row in cursor.fetchall() if has_user_db(row[0])]


def files_of(user_id: str) -> Iterator[str]:
    """The user's own id first; then, only if it was not there and somebody asks on, those of its sources."""
    yield user_id
    yield from sources_of(user_id)


def file_of_debit(user_id: str, job_id: str) -> str:
    """Where a job was debited: in a source, where the same call again gets its first answer; else the user's own."""
    for source_id in sources_of(user_id):
        with user_db(source_id):
            if Debit.objects.filter(pk=job_id).exists():
                return source_id
    return user_id


def is_closed(user_id: str) -> bool:
    with user_db(user_id):
        return Wallet.objects.filter(closed_into__isnull=False).exists()
