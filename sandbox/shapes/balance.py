"""A balance transaction as the API answers it."""

from typing import Any

from sandbox.clock import now_seconds
from sandbox.ids import new_id

StripeDict = dict[str, Any]


def new_balance_transaction(
    source: StripeDict, kind: str, amount_cents: int, fee_cents: int = 0
) -> StripeDict:
    """Money in or out of the account; `kind` is Stripe's type: charge, refund, adjustment, …"""
    now = now_seconds()
    fees = [{"amount": fee_cents, "application": None, "currency": source["currency"],
             "description": "Stripe processing fees", "type": "stripe_fee"}]  # fmt: skip
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount_cents,
        "available_on": now + 2 * 24 * 3600,
        "balance_type": "payments",
        "created": now,
        "currency": source["currency"],
        "description": None,
        "exchange_rate": None,
        "fee": fee_cents,
        "fee_details": fees if fee_cents else [],
        "net": amount_cents - fee_cents,
        "reporting_category": {"adjustment": "dispute"}.get(kind, kind),
        "source": source["id"],
        "status": "pending",
        "type": kind,
    }
