"""What `default` should know about a wallet's payments, told from the wallet itself. See user_db/reindex.py."""

from collections.abc import Iterator

from django.utils import timezone

from reelballers.user_db.reindex import Claim
from wallet import adoption, payers
from wallet.models import INTENT, LedgerEntry, Reason, Reversal, Topup
from wallet.shared.models import OpenRefund, PaymentIndex, UnmatchedPayment


def claims_of(user_id: str) -> Iterator[Claim]:
    for topup in Topup.objects.all():
        # An adopted top-up may know its payment intent only; one that Stripe never answered knows nothing.
        if (session_id := topup.session_id or topup.payment_intent_id) is not None:
            yield _indexed(user_id, session_id, topup)
    yield from map(Claim, _credited_by_operators(user_id))
    for wish in Reversal.objects.filter(status=INTENT):
        facts = {"user_id": user_id, "next_attempt_at": timezone.now(), "created_at": wish.created_at}
        yield Claim(OpenRefund(form_id=wish.form_id, **facts))


def _indexed(user_id: str, session_id: str, topup: Topup) -> Claim:
    row = PaymentIndex(
        session_id=session_id,
        topup_id=topup.id,
        user_id=user_id,
        payment_intent_id=topup.payment_intent_id,
        amount_cents=topup.credits,
        payer_hmac=payers.hmac_of(topup.payer_email),
        livemode=topup.livemode,
        created_at=topup.created_at,
    )
    # An operator may have given the payment to this wallet; whoever started the session still names it.
    is_certain = topup.status == Topup.Status.PAID
    return Claim(row, certain_fields=("user_id", "topup_id", "erased_at", "payer_hmac") if is_certain else ())


def _credited_by_operators(user_id: str) -> Iterator[UnmatchedPayment]:
    lines = LedgerEntry.objects.filter(reason=Reason.TOPUP).exclude(actor__in=("stripe", adoption.ACTOR))
    decided = {line.reference.removeprefix("topup:"): line for line in lines}
    for topup in Topup.objects.filter(session_id__in=decided):
        line = decided[str(topup.session_id)]
        yield UnmatchedPayment(
            session_id=topup.session_id,
            payment_intent_id=topup.payment_intent_id,
            amount_cents=topup.paid_cents,
            currency=topup.currency,
            why="credited by an operator",
            facts={},
            state=UnmatchedPayment.State.CREDITED,
            decided_by=line.actor,
            decided_for_user_id=user_id,
            decided_at=line.created_at,
            reason=line.note,
            created_at=topup.created_at,
        )
