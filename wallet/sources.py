"""The closed wallets that became part of an account: their jobs and purchases are found through it."""

from collections.abc import Iterator

from reelballers.user_db import has_user_db, user_db
from wallet.models import Wallet
from wallet.shared.models import Merge


def files_of(user_id: str) -> Iterator[str]:
    """The user's own id first; then, only if it was not there and somebody asks on, those of its sources."""
    yield user_id
    found = Merge.objects.filter(target_id=user_id).order_by("created_at").values_list("pk", flat=True)
    yield from (source_id for source_id in found if has_user_db(source_id))


def is_closed(user_id: str) -> bool:
    with user_db(user_id):
        return Wallet.objects.filter(closed_into__isnull=False).exists()
