"""What the worker does for payments, each in a loop of its own: a Stripe that hangs holds up only what needs it."""

from collections.abc import Callable
from typing import Any

from wallet import payment_refunds, pruning, reconcile, stripe_inbox, stripe_sync, unmatched

LOOPS: tuple[tuple[str, Callable[[], Any], float], ...] = (
    ("payments", stripe_inbox.sweep, 2),
    ("questions to Stripe", stripe_inbox.ask_stripe, 2),
    ("refunds by operators", payment_refunds.finish_open, 10),
    ("unmatched payments", unmatched.finish_decided, 30),
    ("copies for dj-stripe", stripe_sync.copy_due, 3),
    ("reconcile", reconcile.regularly, 60),
    ("pruning", pruning.prune, 3600),
)
