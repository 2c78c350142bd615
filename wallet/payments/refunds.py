"""An operator gives a payment back at Stripe.

The wish is a row of the wallet (`intent:<form id>`) and takes its credits at once, in one transaction; only then is
Stripe asked, with the same key for as long as the answer is unknown. Whoever sees the refund first, this call, a
webhook or the reconciler, turns the wish into the refund's row (reversals.py); a definite no ends it and the
credits return.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from reelballers.user_db import user_db
from wallet import ledger
from wallet.errors import Conflict, PaymentNotRefundable
from wallet.models import INTENT, REFUSED, Reversal, Topup
from wallet.moving import moving
from wallet.payments import index as payment_index
from wallet.payments import reversals
from wallet.shared.models import OpenRefund, PaymentIndex
from wallet.stripe import ask_refund
from wallet.stripe.api import StripeRefused, StripeUnavailable

logger = logging.getLogger(__name__)

_RETRY_SECONDS = (30, 120, 600, 1800)


@dataclass(frozen=True)
class Refundable:
    """What of a payment can go back, in cents of money, and what that does to the wallet, in credits."""

    balance_cents: int
    refundable_cents: int

    @property
    def offered_cents(self) -> int:
        """What the visitor has not spent yet, as far as it came from this payment."""
        return max(0, min(self.balance_cents, self.refundable_cents))


def refundable(topup: Topup) -> Refundable:
    """Inside the wallet's context."""
    if topup.status != Topup.Status.PAID or not topup.payment_intent_id:
        return Refundable(ledger.balance_cents(), 0)
    assert topup.paid_cents
    gone_cents = sum(row.amount_cents for row in topup.reversals.all() if reversals.takes(row))
    return Refundable(ledger.balance_cents(), max(0, topup.paid_cents - gone_cents))


def balance_after(topup: Topup, amount_cents: int) -> int:
    """The balance once `amount_cents` of this payment went back."""
    taken_cents = reversals.target_cents(topup, and_cents=amount_cents) - topup.taken_cents
    return ledger.balance_cents() - taken_cents


def refund_payment(
    *,
    user_id: str,
    topup_id: str,
    amount_cents: int,
    form_id: str,
    actor: str,
    note: str,
    check: Callable[[int], None] = lambda change_cents: None,
) -> Reversal:
    """Refunds part or all of a payment, once a form. The row's status says how it stands at Stripe.

    `check` hears within the transaction what the wallet loses; what it raises stops the refund.
    Raises PaymentNotRefundable, Conflict (the same form with other facts).
    """
    assert amount_cents > 0, amount_cents
    # The worker's index first: a wish that nobody would come back for must not exist.
    soon = timezone.now() + timedelta(seconds=_RETRY_SECONDS[0])
    OpenRefund.objects.get_or_create(form_id=form_id, defaults={"user_id": user_id, "next_attempt_at": soon})
    is_new = _write_intent(user_id, topup_id, amount_cents, form_id, actor, note, check)
    if is_new:
        _ask(user_id, form_id, is_first=True)
    with user_db(user_id):
        return Reversal.objects.get(form_id=form_id)


def finish_open(limit: int = 50) -> None:
    """The worker's part: asks Stripe about every wish whose end is unknown."""
    due = OpenRefund.objects.filter(next_attempt_at__lte=timezone.now()).order_by("next_attempt_at")
    for row in due[:limit]:
        try:
            _ask(row.user_id, row.form_id, is_first=False)
        except Exception as error:  # noqa: BLE001 - one wallet that cannot be opened must not stop the others
            logger.warning(
                "refund %s of user %s: %s: %s", row.form_id, row.user_id, type(error).__name__, error
            )
            _postpone(row.form_id, f"{type(error).__name__}: {error}")


def _write_intent(
    user_id: str,
    topup_id: str,
    amount_cents: int,
    form_id: str,
    actor: str,
    note: str,
    check: Callable[[int], None],
) -> bool:
    now = timezone.now()
    with moving(user_id):
        done = Reversal.objects.filter(form_id=form_id).first()
        if done is not None:
            if (done.topup_id, done.amount_cents) != (topup_id, amount_cents):
                raise Conflict(f"refund:{form_id}", "amount_cents", done.amount_cents, amount_cents)
            return False
        topup = Topup.objects.filter(pk=topup_id).first()
        left_cents = refundable(topup).refundable_cents if topup else 0
        if topup is None or amount_cents > left_cents:
            raise PaymentNotRefundable(refundable_cents=left_cents)
        check(balance_after(topup, amount_cents) - ledger.balance_cents())
        Reversal.objects.create(
            id=f"intent:{form_id}",
            topup=topup,
            kind=Reversal.Kind.REFUND,
            amount_cents=amount_cents,
            status=INTENT,
            form_id=form_id,
            actor=actor,
            note=note,
            attempted_at=now,
            created_at=now,
            updated_at=now,
        )
        reversals.settle(topup, note=note, actor=actor)
    return True


def _ask(user_id: str, form_id: str, *, is_first: bool) -> None:
    """One question to Stripe about a wish that is still open, and what follows from the answer."""
    with user_db(user_id):
        intent = Reversal.objects.filter(form_id=form_id, status=INTENT).select_related("topup").first()
    if intent is None:  # it has become a refund or ended, or was never written
        OpenRefund.objects.filter(pk=form_id, created_at__lt=timezone.now() - timedelta(minutes=1)).delete()
        return
    try:
        refund = ask_refund.ask(
            payment_intent_id=intent.topup.payment_intent_id or "",
            amount_cents=intent.amount_cents,
            form_id=form_id,
            decided_at=intent.created_at,
            is_first=is_first,
        )
    except StripeUnavailable as unknown:
        _postpone(form_id, str(unknown))
    except StripeRefused as refused:
        _end(user_id, form_id, str(refused))
    else:
        reversals.apply_refund(_indexed(user_id, intent.topup), refund)
        OpenRefund.objects.filter(pk=form_id).delete()


def _end(user_id: str, form_id: str, why: str) -> None:
    """Stripe said no: nothing goes back, so the credits do. Unless a webhook knew better meanwhile."""
    logger.warning("refund %s of user %s refused: %s", form_id, user_id, why)
    with moving(user_id):
        intent = Reversal.objects.filter(form_id=form_id, status=INTENT).select_related("topup").first()
        if intent is not None:
            intent.status = REFUSED
            intent.note = f"{intent.note} (Stripe refused: {why})"[:500]
            intent.updated_at = timezone.now()
            intent.save()
            # The visitor reads it: why, and Stripe's request, stand in the intent for operators.
            reversals.settle(intent.topup, note="refund refused by Stripe", actor=intent.actor)
    OpenRefund.objects.filter(pk=form_id).delete()


def _postpone(form_id: str, error: str) -> None:
    row = OpenRefund.objects.filter(pk=form_id).first()
    if row is not None:
        row.next_attempt_at = timezone.now() + timedelta(
            seconds=_RETRY_SECONDS[min(row.attempts, len(_RETRY_SECONDS) - 1)]
        )
        row.attempts += 1
        row.last_error = error
        row.save(update_fields=["next_attempt_at", "attempts", "last_error"])


def _indexed(user_id: str, topup: Topup) -> PaymentIndex:
    known = payment_index.of_payment_intent(topup.payment_intent_id)
    return known or PaymentIndex(user_id=user_id, topup_id=topup.id)
