"""Letters that follow a payment."""

from typing import Any

from django.conf import settings

from mail.kinds import letter
from mail.letters import Letter
from wallet import receipts
from wallet.models import Topup
from wallet.stripe.api import StripeRefused, StripeUnavailable


def receipt_facts(topup: Topup) -> dict[str, Any]:
    assert topup.paid_at is not None
    return {
        "credits": topup.credits,
        "paid_cents": topup.paid_cents,
        "payment_intent_id": topup.payment_intent_id,
        "paid_at": f"{topup.paid_at:%d %B %Y}",
        "number": topup.id,
    }


@letter("receipt")
def receipt(facts: dict[str, Any]) -> Letter:
    charge = _charge(facts["payment_intent_id"])
    rows = [
        ("Credits", f"{facts['credits']:,}"),
        ("Paid", usd(facts["paid_cents"])),
        ("With", receipts.method_of(charge)),
        ("Date", facts["paid_at"]),
        ("Number", facts["number"]),
    ]
    url = charge.get("receipt_url")
    return Letter(
        subject=f"Receipt: {facts['credits']:,} credits",
        paragraphs=("Thank you. Your credits are in your wallet.",),
        rows=tuple((name, value) for name, value in rows if value),
        button=("Stripe's receipt", url) if url else ("Open Reel Ballers", settings.APP_URL),
    )


@letter("reversal")
def reversal(facts: dict[str, Any]) -> Letter:
    """Credits taken back after a refund or dispute, or given again."""
    cents = facts["change_cents"]
    what = "A dispute of your payment" if facts["kind"] == "dispute" else "A refund of your payment"
    if cents < 0:
        subject, words = "Credits taken back", f"{what} took {-cents:,} credits out of your wallet."
    else:
        subject, words = "Credits given back", f"{what} ended: {cents:,} credits are in your wallet again."
    balance = facts["balance_cents"]
    debt = "It is below zero: the next purchase pays this first." if balance < 0 else ""
    return Letter(
        subject=subject,
        paragraphs=(words, f"Your balance was {balance:,} credits after it. {debt}".strip()),
        button=("See the history", f"{settings.APP_URL}/history"),
    )


def usd(cents: int) -> str:
    return f"${cents // 100:,}.{cents % 100:02d}"


def _charge(payment_intent_id: str | None) -> dict[str, Any]:
    """Nobody waits for Stripe to be well again to have a receipt: without it, it says less."""
    try:
        return receipts.charge_of(payment_intent_id) if payment_intent_id else {}
    except (StripeUnavailable, StripeRefused):
        return {}
