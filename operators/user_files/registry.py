"""Who owns a file, when `default` has forgotten it. See user_db/reindex.py."""

from collections.abc import Iterator

from django.contrib.auth.hashers import make_password
from django.db.models import Model
from django.utils import timezone

from reelballers.models import User


def rows_of(user_id: str) -> Iterator[Model]:
    """A guest for each file: emails, staff and sign-ins come from the backup of `default`."""
    row = User(id=user_id, is_guest=True, password=make_password(None), wallet_created_at=timezone.now())
    if User.objects.filter(pk=user_id, wallet_created_at=None).exists():
        row.certain_fields = ("wallet_created_at",)  # type: ignore[attr-defined]
    yield row
