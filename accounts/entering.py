"""What a proved address does: it claims a guest's wallet, signs in to its account, or makes one."""

import logging
import secrets
from dataclasses import dataclass
from typing import Literal

from django.contrib.auth import SESSION_KEY
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.errors import AddressTaken, CodeRefused
from accounts.models import Account
from mail import outbox
from reelballers.models import SignInLink, User
from reelballers.sessions import end_sessions
from reelballers.user_db import UserDatabaseError, has_user_db, user_db, user_transaction
from reelballers.visitors import sign_in

logger = logging.getLogger(__name__)

How = Literal["claimed", "signed_in", "created"]


@dataclass(frozen=True)
class Entered:
    user: User
    how: How


def enter(request: HttpRequest, email: str, *, ends_others: bool = True) -> Entered:
    """Signs this browser in by an address that was just proved. Raises CodeRefused for one that may not be here."""
    known = User.objects.filter(email=email).first()
    if known is None:
        here = request.session.get(SESSION_KEY)
        try:
            return _claim(request, here, email, ends_others) or _create(request, email)
        except IntegrityError:  # somebody proved the same address at the same moment, in another tab perhaps
            known = User.objects.get(email=email)
    if not known.is_active or known.is_staff:
        raise CodeRefused
    sign_in(request, known, is_proved=True)
    note_in_file(known)
    return Entered(known, "signed_in")


def change_address(request: HttpRequest, email: str) -> User:
    """The account moves to an address that was just proved; the old one is told. Raises AddressTaken."""
    user = User.objects.get(pk=request.session[SESSION_KEY])
    old = user.email
    try:
        with transaction.atomic(using="default"):
            User.objects.filter(pk=user.pk, email=old, is_guest=False).update(email=email)
    except IntegrityError as error:
        raise AddressTaken from error
    user.refresh_from_db()
    note_in_file(user, told=old)
    return user


def note_in_file(user: User, *, told: str | None = None) -> None:
    """Says in the user's own file what `default` says of the account, so that it can be made again from there.

    `told`: the address it had before, which gets a letter about it.
    """
    if user.email is None or not has_user_db(user.id):
        return
    with user_db(user.id):
        if Account.objects.filter(email=user.email).exists():
            return
    with outbox.following(user.id) as letters, user_transaction(user.id):
        Account.objects.update_or_create(pk=1, defaults={"email": user.email, "verified_at": timezone.now()})
        if told is not None and told != user.email:
            facts = {"to": told, "new": user.email}
            letters.put("address_changed", cause=f"address:{secrets.token_hex(8)}", facts=facts)


def note_in_files() -> None:
    """The worker's part, daily: an account's first wallet came after its address, or a crash came between the two."""
    for user in User.objects.filter(email__isnull=False, wallet_created_at__isnull=False).iterator():
        try:
            note_in_file(user)
        except UserDatabaseError as error:
            logger.warning("account %s: %s", user.pk, error)


def _claim(request: HttpRequest, here: str | None, email: str, ends_others: bool) -> Entered | None:
    """The guest of this browser keeps id and wallet and gains an address; whoever else opened it is signed out."""
    if here is None:
        return None
    with transaction.atomic(using="default"):
        guests = User.objects.filter(pk=here, email=None, is_guest=True, is_active=True, is_staff=False)
        if not guests.update(email=email, is_guest=False):
            return None
        if ends_others:
            end_sessions(here)
        SignInLink.objects.filter(user_id=here).delete()
    user = User.objects.get(pk=here)
    sign_in(request, user, is_proved=True)
    note_in_file(user)
    return Entered(user, "claimed")


def _create(request: HttpRequest, email: str) -> Entered:
    """An account without a wallet: its file comes at the first need."""
    user = User(email=email, is_guest=False)
    user.set_unusable_password()
    with transaction.atomic(using="default"):
        user.save(force_insert=True)
    sign_in(request, user, is_proved=True)
    return Entered(user, "created")
