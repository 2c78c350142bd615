"""How many codes may be asked for: counted in `default`, so that processes and restarts do not multiply them.

An address has a budget, a network has one, a browser has one. A browser that was signed in to the address before
draws on a budget of its own: whoever floods an address from elsewhere does not lock its owner out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accounts.errors import TooManyCodes
from accounts.shared.models import Code
from reelballers import cookies
from reelballers.models import User
from reelballers.throttles import network_of

RESEND_SECONDS = 30
PER_ADDRESS = ((timedelta(hours=1), 5), (timedelta(days=1), 10))
PER_BROWSER = ((timedelta(hours=1), 10),)
PER_NETWORK = ((timedelta(hours=1), 30), (timedelta(days=1), 100))

_KNOWN = "browser that was signed in"


@dataclass(frozen=True)
class Asker:
    network: str
    browser: str
    is_known: bool  # this browser was signed in to the address before


def asker_of(request: HttpRequest, email: str) -> Asker:
    known_id = _known_user_id(request)
    browser = known_id or request.session.get(SESSION_KEY) or ""
    is_known = bool(known_id) and User.objects.filter(pk=known_id, email=email).exists()
    return Asker(_hmac(network_of(request)), _hmac(browser) if browser else "", is_known)


def check(asker: Asker, email: str, now: datetime) -> None:
    """Within the transaction that writes the new code. Raises TooManyCodes."""
    if not settings.THROTTLES:
        return
    same_address = Code.objects.filter(email=email, is_known=asker.is_known)
    _within(same_address, PER_ADDRESS, now)
    newest = same_address.order_by("-created_at").first()
    if newest is not None and (rest := RESEND_SECONDS - (now - newest.created_at).total_seconds()) > 0:
        raise TooManyCodes(wait_seconds=int(rest) + 1)
    if asker.browser:
        _within(Code.objects.filter(browser=asker.browser), PER_BROWSER, now)
    if not asker.is_known:
        _within(Code.objects.filter(network=asker.network), PER_NETWORK, now)


def remember_browser(response: HttpResponse, user_id: str) -> None:
    """A mark that says which account this browser was signed in to; it opens nothing."""
    cookies.keep(response, settings.KNOWN_COOKIE_NAME, signing.dumps(user_id, salt=_KNOWN))


def _known_user_id(request: HttpRequest) -> str:
    try:
        return str(signing.loads(request.COOKIES.get(settings.KNOWN_COOKIE_NAME, ""), salt=_KNOWN))
    except signing.BadSignature:
        return ""


def _within(codes: QuerySet[Code], budgets: tuple[tuple[timedelta, int], ...], now: datetime) -> None:
    for span, most in budgets:
        times = list(codes.filter(created_at__gt=now - span).order_by("created_at").values_list("created_at"))
        if len(times) >= most:
            oldest = times[len(times) - most][0]
            raise TooManyCodes(wait_seconds=max(1, int((oldest + span - now).total_seconds())))


def _hmac(text: str) -> str:
    return salted_hmac("who asked for a code", text, algorithm="sha256").hexdigest()
