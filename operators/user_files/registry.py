"""Who owns a file, when `default` has forgotten it. See user_db/reindex.py."""

from collections.abc import Iterator

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Account
from reelballers.models import User
from reelballers.user_db.reindex import Claim
from wallet.models import Wallet
from wallet.moving import new_wake_up
from wallet.shared.models import Merge


def claims_of(user_id: str) -> Iterator[Claim]:
    """Who the file says its owner is: a guest, an account by its address, a guest closed into an account.

    Staff and sign-ins come from the backup of `default`.
    """
    closed_into, account = Wallet.objects.get().closed_into, Account.objects.first()
    row = User(id=user_id, is_guest=True, password=make_password(None), wallet_created_at=timezone.now())
    certain = []
    if User.objects.filter(pk=user_id, wallet_created_at=None).exists():
        certain.append("wallet_created_at")
    if account is not None and not User.objects.filter(email=account.email).exclude(pk=user_id).exists():
        row.email, row.is_guest = account.email, False
        certain += ["email", "is_guest"]
    if closed_into is not None:
        row.is_active = False
        certain.append("is_active")
        yield Claim(Merge(source_id=user_id, target_id=closed_into, created_at=timezone.now()))
        yield Claim(new_wake_up(user_id))
    yield Claim(row, certain_fields=tuple(certain))
