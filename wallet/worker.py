"""What the worker does for payments, each in a loop of its own: a Stripe that hangs holds up only what needs it."""

from collections.abc import Callable
from typing import Any

from wallet.payments import decisions, events, reconcile, refunds
from wallet.stripe import copies, pruning

LOOPS: tuple[tuple[str, Callable[[], Any], float], ...] = (
    ("payments", events.sweep, 2),
    ("questions to Stripe", events.ask_stripe, 2),
    ("payment refunds", refunds.finish_open, 10),
    ("unmatched payments", decisions.finish_decided, 30),
    ("copies for dj-stripe", copies.copy_due, 3),
    ("reconcile", reconcile.regularly, 60),
    ("pruning", pruning.prune, 3600),
)
