"""Old webhooks go, in small chunks that hold the shared database for a few milliseconds each.

A replay after pruning is a new event to the inbox and nothing new to the ledger: its references are for ever.
"""

import logging
import time
from datetime import timedelta

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from wallet.shared.models import InboxEvent

logger = logging.getLogger(__name__)

CHUNK = 200
PAUSE_SECONDS = 0.05
_ENDED = (InboxEvent.Outcome.APPLIED, InboxEvent.Outcome.FOREIGN, InboxEvent.Outcome.UNMATCHED)


def prune(chunks: int = 1000) -> int:
    """Deletes triggers, events and applied inbox rows older than STRIPE_KEEP_DAYS; returns how many rows."""
    from djstripe.models import Event, WebhookEventTrigger

    before = timezone.now() - timedelta(days=settings.STRIPE_KEEP_DAYS)
    kinds: tuple[tuple[type[Model], dict[str, object]], ...] = (
        (WebhookEventTrigger, {"created__lt": before}),
        (Event, {"djstripe_created__lt": before}),
        (InboxEvent, {"received_at__lt": before, "outcome__in": _ENDED}),
    )
    deleted = 0
    for model, old in kinds:
        for _ in range(chunks):
            keys = list(model._default_manager.filter(**old).values_list("pk", flat=True)[:CHUNK])
            if not keys:
                break
            model._default_manager.filter(pk__in=keys).delete()
            deleted += len(keys)
            time.sleep(PAUSE_SECONDS)
    return deleted
