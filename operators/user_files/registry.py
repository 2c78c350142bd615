"""Who owns a file, when `default` has forgotten it. See user_db/reindex.py."""

from collections.abc import Iterator

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from reelballers.models import User
from reelballers.user_db.reindex import Claim


def claims_of(user_id: str) -> Iterator[Claim]:
    """A guest for each file: emails, staff and sign-ins come from the backup of `default`."""
    row = User(id=user_id, is_guest=True, password=make_password(None), wallet_created_at=timezone.now())
    is_walletless = User.objects.filter(pk=user_id, wallet_created_at=None).exists()
    yield Claim(row, certain_fields=("wallet_created_at",) if is_walletless else ())
