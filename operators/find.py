"""Finds a wallet by whatever an operator holds. Reads `default` alone: no user's file is opened to search."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from exports.shared.models import JobSummary, OpenJob
from operators.models import OperatorAct
from operators.words import dollars
from reelballers.models import User
from wallet import payers
from wallet.shared.models import InboxEvent, OpenRefund, PaymentIndex, UnmatchedPayment

MAX_HITS = 50
STRIPE_ID = re.compile(r"(?:cs|pi|ch|py|re|pyr|dp|du|evt)_[A-Za-z0-9_]{1,250}")
_HEX = re.compile(r"[0-9a-f]{8,32}")
_LAST_FOUR = re.compile(r"(?:[·•*.\s]*)(\d{4})(?:\s+(\d{4}-\d{2}-\d{2}))?")
_CARD_DAYS = 30


@dataclass(frozen=True)
class Hit:
    what: str
    words: str
    url: str


def find(text: str) -> list[Hit]:
    """What an id, an address or a card points to, each address of ours once."""
    text = text.strip().removeprefix("#")
    if "@" in text:
        hits = _by_address(text)
    elif STRIPE_ID.fullmatch(text):
        hits = _by_stripe_id(text)
    elif _HEX.fullmatch(text.lower()):
        hits = _by_our_id(text.lower())
    elif (card := _LAST_FOUR.fullmatch(text)) is not None:
        hits = _by_card(card[1], card[2])
    else:
        hits = _by_our_id(text)
    return list({hit.url: hit for hit in hits}.values())[:MAX_HITS]


def wallet_url(user_id: str, mark: str = "") -> str:
    """A wallet's page; `mark` is the id whose line is shown first."""
    url = reverse("admin:wallet_page", args=[user_id])
    return f"{url}?{urlencode({'mark': mark})}#marked" if mark else url


def _by_our_id(text: str) -> list[Hit]:
    """A user (also by the first eight of its id), a job, a top-up, an act, a refund's form."""
    users = User.objects.filter(pk__gte=text, pk__lt=text + "g") if len(text) >= 8 else User.objects.none()
    hits = [Hit("User", str(user), wallet_url(user.pk)) for user in users[:MAX_HITS]]
    for what, model in (("Open job", OpenJob), ("Job", JobSummary)):
        for user_id in model.objects.filter(job_id=text).values_list("user_id", flat=True):
            hits.append(Hit(what, text, wallet_url(user_id, text)))
    hits += [_payment_hit(row, row.session_id) for row in PaymentIndex.objects.filter(topup_id=text)]
    hits += [Hit("Refund", text, wallet_url(row.user_id)) for row in OpenRefund.objects.filter(pk=text)]
    acts = OperatorAct.objects.filter(pk=text).exclude(state=OperatorAct.State.DRAFT)
    return hits + [Hit("Operator’s act", str(act), reverse("admin:act", args=[act.pk])) for act in acts]


def _by_stripe_id(text: str) -> list[Hit]:
    """Paid, pending or unmatched, told by an event or copied by dj-stripe."""
    hits = [_payment_hit(row, text) for row in _payments(text)]
    cases = UnmatchedPayment.objects.filter(Q(session_id=text) | Q(payment_intent_id=text))
    hits += [_case_hit(case) for case in cases]
    if not hits:
        hits += _by_events(text)
    return hits or _by_copies(text)


def _payments(*stripe_ids: str) -> Any:
    named = Q(session_id__in=stripe_ids) | Q(payment_intent_id__in=stripe_ids) | Q(charge_id__in=stripe_ids)
    return PaymentIndex.objects.filter(named)


def _payment_hit(row: PaymentIndex, mark: str) -> Hit:
    if row.erased_at is not None:
        url = reverse("admin:wallet_shared_paymentindex_change", args=[row.pk])
        return Hit("Payment of an erased user", dollars(row.amount_cents), url)
    is_payment = row.charge_id != mark
    marked = mark if is_payment else (row.payment_intent_id or row.session_id)
    return Hit("Payment", dollars(row.amount_cents), wallet_url(row.user_id, marked))


def _case_hit(case: UnmatchedPayment) -> Hit:
    words = f"{dollars(case.amount_cents)} {case.currency}, {case.get_state_display().lower()}"
    return Hit("Unmatched payment", words, reverse("admin:unmatched_payment", args=[case.pk]))


def _by_events(text: str) -> list[Hit]:
    """What an event told of, or the event itself: its payment is the next thing to look for."""
    told = InboxEvent.objects.filter(Q(event_id=text) | Q(object_id=text) | Q(payment_intent_id=text))
    hits: list[Hit] = []
    for event in told[:MAX_HITS]:
        names = {event.object_id, event.payment_intent_id} - {""}
        found = [_payment_hit(row, text) for row in _payments(*names)]
        found += [_case_hit(case) for case in UnmatchedPayment.objects.filter(session_id__in=names)]
        url = reverse("admin:wallet_shared_inboxevent_change", args=[event.pk])
        hits += found or [Hit("Stripe event", f"{event.type}, {event.get_outcome_display().lower()}", url)]
    return hits


def _by_copies(text: str) -> list[Hit]:
    """Charges, and what was copied of Stripe's without an event of ours: through its payment intent."""
    from djstripe import models

    for model in (models.Charge, models.Refund, models.Dispute):
        row = model.objects.filter(id=text).first()
        intent = row.stripe_data.get("payment_intent") if row is not None else None
        if isinstance(intent, str):
            return [_payment_hit(found, text) for found in _payments(intent)]
    return []


def _by_address(address: str) -> list[Hit]:
    """The whole address, in any case, of an account or as it was given at Checkout."""
    users = User.objects.filter(email=address.lower())
    hits = [Hit("Account", user.email or "", wallet_url(user.pk)) for user in users]
    paid = PaymentIndex.objects.filter(payer_hmac=payers.hmac_of(address), erased_at=None)
    for row in paid.order_by("-created_at")[:MAX_HITS]:
        hits.append(Hit("Paid by this address", dollars(row.amount_cents), wallet_url(row.user_id)))
    cases = UnmatchedPayment.objects.filter(facts__customer_details__email__iexact=address)
    return hits + [_case_hit(case) for case in cases]


def _by_card(last_four: str, day: str | None) -> list[Hit]:
    """Payments by a card with these last digits, on a day (UTC) or lately."""
    from djstripe.models import Charge

    until = timezone.now()
    since = until - timedelta(days=_CARD_DAYS)
    if day:
        try:
            since = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            return []
        until = since + timedelta(days=1)
    charges = Charge.objects.filter(
        created__gte=since, created__lt=until, stripe_data__payment_method_details__card__last4=last_four
    )
    hits = []
    for charge in charges.order_by("-created")[:MAX_HITS]:
        intent = str(charge.stripe_data.get("payment_intent") or "")
        paid = f"{dollars(charge.stripe_data.get('amount'))} on {charge.created:%-d %b %Y, %H:%M} UTC"
        hits += [Hit(paid, row.user_id, wallet_url(row.user_id, intent)) for row in _payments(intent)]
    return hits
