"""A guest who lost the cookie finds the wallet again: a code to the payer's address *and* the card's last four digits.

The address at Checkout is unverified, so neither alone is enough, and both only open what nobody uses: a guest's
wallet that was not seen for seven days, counted from the day this was deployed at the earliest. Everything else is an
operator's to decide.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import codes
from accounts.entering import Entered, enter
from accounts.errors import NothingFound, TooManyTries
from accounts.shared.models import RecoverTry
from reelballers import left_wallet
from reelballers.models import Session, User
from reelballers.one_writer import one_writer
from reelballers.sessions import SessionStore
from reelballers.user_db import has_user_db, user_db
from wallet import payers, receipts
from wallet.models import Topup
from wallet.shared.models import PaymentIndex

TRIES, TRIES_WITHIN = 3, timedelta(days=30)
UNSEEN_FOR = timedelta(days=7)


@dataclass(frozen=True)
class _Payment:
    user_id: str
    payment_intent_id: str


def recover(request: HttpRequest, *, code_id: str, code: str, last4: str) -> Entered:
    """Opens the lost wallet: claimed by the address, or, where that has an account, left aside beside it.

    A wrong `last4` does not use up the code. Raises CodeRefused, TooManyTries, NothingFound, StripeUnavailable.
    """
    email = codes.address_shown(code_id=code_id, code=code)
    tried = _count_try(email)
    try:
        user_id = _paid_with(_lost_payments(email), last4)
    except Exception:
        tried.delete()  # Stripe did not say: nobody has guessed
        raise
    if user_id is None:
        raise NothingFound
    codes.use_up(code_id)
    tried.delete()
    _shorten_sessions(user_id)
    _become(request, user_id)
    return enter(request, email, ends_others=False)


def _become(request: HttpRequest, user_id: str) -> None:
    """This browser is the lost guest for a moment: proving the address then claims the wallet, or leaves it aside."""
    request.session = SessionStore()
    request.session[SESSION_KEY] = user_id
    request.session.save()
    left_wallet.forget(request)


def _count_try(email: str) -> RecoverTry:
    now = timezone.now()
    with one_writer(), transaction.atomic(using="default"):
        recent = RecoverTry.objects.filter(email=email, created_at__gt=now - TRIES_WITHIN)
        times = list(recent.order_by("created_at").values_list("created_at", flat=True))
        if len(times) >= TRIES:
            raise TooManyTries(wait_seconds=int((times[-TRIES] + TRIES_WITHIN - now).total_seconds()) + 1)
        return RecoverTry.objects.create(email=email, created_at=now)


def _lost_payments(email: str) -> list[_Payment]:
    """Payments with this address, of guests whom nobody has seen, the newest first."""
    now = timezone.now()
    if deployed_at() > now - UNSEEN_FOR:
        return []
    rows = PaymentIndex.objects.filter(payer_hmac=payers.hmac_of(email), erased_at=None)
    user_ids = set(rows.values_list("user_id", flat=True))
    guests = User.objects.filter(pk__in=user_ids, email=None, is_guest=True, is_active=True, is_staff=False)
    seen = Session.objects.filter(user_id__in=user_ids, seen_at__gt=now - UNSEEN_FOR)
    lost = guests.exclude(pk__in=list(seen.values_list("user_id", flat=True)))
    return [payment for user in lost if has_user_db(user.pk) for payment in _payments_of(user.pk, email)]


def _payments_of(user_id: str, email: str) -> list[_Payment]:
    with user_db(user_id):
        paid = Topup.objects.filter(
            payer_email=email, status=Topup.Status.PAID, payment_intent_id__isnull=False
        )
        found = paid.order_by("-paid_at").values_list("payment_intent_id", flat=True)[:5]
        return [_Payment(user_id, str(intent)) for intent in found]


def _paid_with(payments: list[_Payment], last4: str) -> str | None:
    for payment in payments:
        details = receipts.charge_of(payment.payment_intent_id).get("payment_method_details") or {}
        facts = details.get(details.get("type") or "") or {}
        if constant_time_compare(str(facts.get("last4") or ""), last4):
            return payment.user_id
    return None


def _shorten_sessions(user_id: str) -> None:
    """Whoever still has an old session of it keeps it for a week, to be found out and to speak up."""
    until = timezone.now() + UNSEEN_FOR
    for row in Session.objects.filter(user_id=user_id):
        store = SessionStore(row.session_key)
        if SESSION_KEY in store:
            store.set_expiry(until)  # said in the session itself: a renewal does not prolong it
            store.save()


def deployed_at() -> datetime:
    """When this release came: before, nobody noted whom it saw."""
    first = MigrationRecorder.Migration.objects.filter(app="accounts_shared").order_by("applied").first()
    return first.applied if first is not None else timezone.now()
