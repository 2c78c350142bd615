"""A paid session becomes credits: its line, its top-up and its case."""

import hashlib
from typing import Any

from django.utils import timezone

from reelballers.user_db import user_db
from wallet import ledger, payers
from wallet.models import Topup
from wallet.moving import moving
from wallet.payments import index as payment_index
from wallet.payments import unmatched
from wallet.payments.parked import apply_parked
from wallet.shared.models import UnmatchedPayment
from wallet.stripe.api import id_of


def credit_session(topup: Topup, session: dict[str, Any], *, actor: str, note: str = "") -> None:
    """Inside the wallet's transaction: the line `topup:<session>` and the row that goes with it."""
    payment_id = id_of(session.get("payment_intent"))
    ledger.credit_topup(
        session_id=session["id"],
        credits_cents=topup.credits,
        payment_id=payment_id,
        actor=actor,
        note=note,
    )
    topup.status = Topup.Status.PAID
    topup.session_id = session["id"]
    topup.payment_intent_id = payment_id
    topup.payer_email = payers.address_in(session)
    topup.paid_cents = session["amount_total"]
    topup.paid_at = timezone.now()
    topup.save()


def credit_case(row: UnmatchedPayment, session: dict[str, Any]) -> None:
    """Credits an operator's choice: the index, then the wallet, then the case; each step does nothing when done."""
    user_id = row.decided_for_user_id
    assert row.amount_cents
    with user_db(user_id):
        topup = Topup.objects.filter(session_id=row.session_id).first() or Topup(
            id=hashlib.sha256(row.session_id.encode()).hexdigest()[:24],
            created_at=row.created_at,
            livemode=session["livemode"],
        )
    payment_index.give_to(user_id=user_id, topup_id=topup.id, session=session, amount_cents=row.amount_cents)
    with moving(user_id):
        topup = Topup.objects.filter(pk=topup.id).first() or topup
        if topup.status != Topup.Status.PAID:
            topup.credits = row.amount_cents
            credit_session(topup, session, actor=row.decided_by, note=row.reason)
    unmatched.close(row)
    apply_parked(row.payment_intent_id)
