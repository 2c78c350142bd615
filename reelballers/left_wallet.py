"""The guest's wallet that a sign-in left aside: its session lives on under a second cookie of the same browser.

Nothing that happens to the account's session touches it, and whenever that one is gone, signed out, expired or ended
from elsewhere, this browser is the guest again.
"""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from reelballers import cookies
from reelballers.sessions import SessionStore

_CHANGE = "left_session_change"  # an attribute of the request: the key to remember, or "" to forget it


def set_aside(request: HttpRequest) -> None:
    """Starts an empty session for this browser; the one it had stays, named by the second cookie."""
    key = request.session.session_key
    request.session = SessionStore()
    if key:
        setattr(request, _CHANGE, key)


def session_of(request: HttpRequest) -> SessionStore | None:
    """The guest's session that this browser left aside, if it still opens something."""
    key = getattr(request, _CHANGE, request.COOKIES.get(settings.LEFT_SESSION_COOKIE_NAME))
    store = SessionStore(key) if key else None
    return store if store is not None and SESSION_KEY in store else None


def forget(request: HttpRequest) -> None:
    setattr(request, _CHANGE, "")


def come_back(request: HttpRequest) -> None:
    """Makes this browser the guest again, if the account's session is gone."""
    if settings.LEFT_SESSION_COOKIE_NAME not in request.COOKIES or SESSION_KEY in request.session:
        return
    store = session_of(request)
    forget(request)
    if store is not None:
        store.modified = True  # its key becomes the browser's first cookie
        request.session = store


def write_cookie(request: HttpRequest, response: HttpResponse) -> None:
    change = getattr(request, _CHANGE, None)
    if change is None or response.status_code >= 500:
        return
    if change:
        cookies.keep(response, settings.LEFT_SESSION_COOKIE_NAME, change)
    else:
        cookies.forget(response, settings.LEFT_SESSION_COOKIE_NAME)
