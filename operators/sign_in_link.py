"""One-time links that sign a browser in to a wallet: for a visitor whose cookie is lost."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from reelballers.models import SignInLink, User

VALID_HOURS = 24


class NotForStaff(Exception):
    """A link to a member of staff would hand over their rights in the admin."""


def issue(*, user_id: str, operator: str, reason: str, form_id: str) -> str:
    """Makes a link and returns its address, which is kept nowhere: the same form makes it again, and no second link.

    Raises NotForStaff.
    """
    user = User.objects.get(pk=user_id)
    if user.is_staff or user.is_superuser:
        raise NotForStaff
    token = _token(user_id, form_id)
    facts = {
        "user": user,
        "issued_by": operator,
        "reason": reason,
        "expires_at": timezone.now() + timedelta(hours=VALID_HOURS),
    }
    SignInLink.objects.get_or_create(token_hash=_hash(token), defaults=facts)
    return f"{settings.API_URL}/sign-in/{token}"


def still_works(*, user_id: str, form_id: str) -> bool:
    return look(_token(user_id, form_id)) is not None


def look(token: str) -> User | None:
    """Whose wallet a link opens, or None if it is unknown, used or expired. Uses nothing up."""
    link = _valid(token).select_related("user").first()
    return link.user if link else None


def use(token: str) -> User | None:
    """The same, and the link is used up: of two who try at once one gets in."""
    user = look(token)
    return user if user and _valid(token).update(used_at=timezone.now()) else None


def _valid(token: str) -> QuerySet[SignInLink]:
    return SignInLink.objects.filter(
        token_hash=_hash(token),
        used_at=None,
        expires_at__gt=timezone.now(),
        user__is_active=True,
        user__is_staff=False,
        user__is_superuser=False,
    )


def _token(user_id: str, form_id: str) -> str:
    return salted_hmac("sign-in link", f"{user_id}:{form_id}", algorithm="sha256").hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
