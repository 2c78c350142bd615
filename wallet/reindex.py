"""What `default` should know about a wallet's payments, told from the wallet itself. See user_db/reindex.py."""

from collections.abc import Iterator

from django.db.models import Model
from django.utils import timezone

from wallet.models import Reversal, Topup
from wallet.payment_refunds import INTENT
from wallet.shared.models import OpenRefund, PaymentIndex


def rows_of(user_id: str) -> Iterator[Model]:
    for topup in Topup.objects.all():
        # An adopted top-up may know its payment intent only; one that Stripe never answered knows nothing.
        if (session_id := topup.session_id or topup.payment_intent_id) is not None:
            yield PaymentIndex(
                session_id=session_id,
                topup_id=topup.id,
                user_id=user_id,
                payment_intent_id=topup.payment_intent_id,
                amount_cents=topup.credits,
                livemode=topup.livemode,
                created_at=topup.created_at,
            )
    for wish in Reversal.objects.filter(status=INTENT):
        yield OpenRefund(
            form_id=wish.form_id, user_id=user_id, next_attempt_at=timezone.now(), created_at=wish.created_at
        )
