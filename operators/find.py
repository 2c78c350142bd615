"""Finds a wallet by whatever an operator holds: a user id, an email, a Stripe id or a job id."""

from django.db.models import Q, QuerySet

from exports.shared.models import JobSummary, OpenJob
from reelballers.models import User
from wallet import payers
from wallet.shared.models import InboxEvent, PaymentIndex, UnmatchedPayment


def find_users(text: str) -> QuerySet[User]:
    """Users that an id or an email points to; an exact id of anything wins over part of an email."""
    text = text.strip()
    by_id = User.objects.filter(Q(pk=text) | Q(pk__in=_user_ids_of(text)))
    return by_id if by_id.exists() else User.objects.filter(email__icontains=text)


def _user_ids_of(text: str) -> set[str]:
    payments = PaymentIndex.objects.filter(
        Q(session_id=text)
        | Q(payment_intent_id=text)
        | Q(charge_id=text)
        | Q(topup_id=text)
        | (Q(payer_hmac=payers.hmac_of(text)) if "@" in text else Q(pk__in=[]))
    )
    found = set(payments.values_list("user_id", flat=True))
    for model in (OpenJob, JobSummary):
        found |= set(model.objects.filter(job_id=text).values_list("user_id", flat=True))
    found |= set(
        UnmatchedPayment.objects.filter(Q(session_id=text) | Q(payment_intent_id=text)).values_list(
            "claimed_user_id", flat=True
        )
    )
    event = InboxEvent.objects.filter(event_id=text).first()
    if event is not None and event.payment_intent_id:
        found |= _user_ids_of(event.payment_intent_id)
    return found or _user_ids_of_reversal(text)


def _user_ids_of_reversal(text: str) -> set[str]:
    """A refund's or dispute's own id stands in the events that told of it."""
    if not text.startswith(("re_", "pyr_", "dp_", "du_")):
        return set()
    intents = InboxEvent.objects.filter(payload__data__object__id=text).values_list(
        "payment_intent_id", flat=True
    )
    return set(
        PaymentIndex.objects.filter(payment_intent_id__in=list(intents)).values_list("user_id", flat=True)
    )
