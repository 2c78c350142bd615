"""From a request to a wallet: the one door through which views learn whose file to open."""

import logging
import time

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request

from reelballers import left_wallet
from reelballers.devices import device_of
from reelballers.models import User, new_user_id
from reelballers.sessions import BEGAN_AT, DEVICE, PROVED_AT
from reelballers.user_db import UserDatabaseMissing, create_user_db, has_user_db

logger = logging.getLogger(__name__)

_BACKEND = "django.contrib.auth.backends.ModelBackend"


def wallet_user_id(request: Request) -> str | None:
    """The visitor's id if they have a wallet, else None; creates nothing.

    Raises UserDatabaseMissing when the visitor is known to have a wallet and its file is not there.
    """
    if request.user is None:
        return None
    user_id = str(request.user.id)
    if has_user_db(user_id):
        return user_id
    if User.objects.filter(pk=user_id, wallet_created_at__isnull=False).exists():
        logger.critical("the database of user %s is missing", user_id)
        raise UserDatabaseMissing(f"the database of user {user_id} is missing")
    return None


def wallet_user_id_created(request: Request) -> str:
    """The visitor's id, with a wallet made at the first need: a guest and its session if nobody is signed in."""
    user_id = wallet_user_id(request)
    if user_id is not None:
        return user_id
    if request.user is not None and User.objects.filter(pk=request.user.id).exists():
        return _open_first_wallet(str(request.user.id))
    return _new_guest(request)


def _open_first_wallet(user_id: str) -> str:
    create_user_db(user_id)
    User.objects.filter(Q(pk=user_id), wallet_created_at__isnull=True).update(
        wallet_created_at=timezone.now()
    )
    return user_id


def _new_guest(request: Request) -> str:
    """The file first, then the row: a crash between leaves an empty file nobody owns, never a user without one.

    Two writes to `default`: the user here, the session when the response leaves.
    """
    user_id = new_user_id()
    create_user_db(user_id)
    user = User(id=user_id, is_guest=True, wallet_created_at=timezone.now())
    user.set_unusable_password()
    user.save(force_insert=True)
    sign_in(request._request, user)
    return user_id


def sign_in(request: HttpRequest, user: User, *, is_proved: bool = False) -> None:
    """Gives this browser a new session of the user's. Saved when the response leaves.

    An old session of this browser ends, unless it is a guest's and the user has an account: that one is left aside.
    """
    if user.email and _is_other_guest(request.session.get(SESSION_KEY), user):
        left_wallet.set_aside(request)
    else:
        request.session.flush()
    session = request.session
    now = int(time.time())
    session[DEVICE] = device_of(request)
    session[BEGAN_AT] = now
    if is_proved:
        session[PROVED_AT] = now
    session[SESSION_KEY] = user.id
    session[BACKEND_SESSION_KEY] = _BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()


def _is_other_guest(user_id: str | None, user: User) -> bool:
    if user_id is None or user_id == user.id:
        return False
    return User.objects.filter(pk=user_id, email=None, is_guest=True, is_active=True).exists()
