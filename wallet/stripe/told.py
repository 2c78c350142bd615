"""Hands dj-stripe the events that Stripe told us, for operators to browse; no credit waits for it, no call to Stripe.

The request keeps the whole event in its inbox row, with how it came (`delivery`). The worker has dj-stripe store it in
its own trigger and event rows, and cuts our row down to what we read, in one commit: a crash before it leaves
the row as it was. What dj-stripe cannot digest stays in its trigger row with a traceback.
"""

import json
import logging
from traceback import format_exc
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from wallet.shared.models import InboxEvent

logger = logging.getLogger(__name__)

# What we read of an event ourselves.
READ = ("id", "type", "created", "data")


def waiting() -> QuerySet[InboxEvent]:
    """Events that dj-stripe has not been handed."""
    return InboxEvent.objects.filter(sync_due_at__isnull=False, payload__has_key="delivery")


def hand_over(limit: int = 200) -> int:
    """The worker's part; returns how many events dj-stripe was handed."""
    handed = 0
    for event_id in list(waiting().order_by("received_at").values_list("pk", flat=True)[:limit]):
        # One event a transaction: `default` is held no longer than two rows take.
        with transaction.atomic(using="default"):
            row = waiting().select_for_update().filter(pk=event_id).first()
            if row is None:
                continue  # another worker was faster
            _store(dict(row.payload))
            row.payload = {name: row.payload[name] for name in READ}
            row.save(update_fields=["payload"])
            handed += 1
    return handed


def _store(event: dict[str, Any]) -> None:
    from djstripe.models import WebhookEndpoint, WebhookEventTrigger

    delivery = event.pop("delivery")
    endpoint = WebhookEndpoint.objects.filter(djstripe_uuid=UUID(delivery["endpoint"])).first()
    account = endpoint.djstripe_owner_account if endpoint else None
    trigger = WebhookEventTrigger(
        remote_ip=delivery["remote_ip"],
        headers={},
        body=json.dumps(event),
        valid=True,  # or it would not be in the inbox
        webhook_endpoint=endpoint,
        stripe_trigger_account=account,
    )
    try:
        with transaction.atomic(using="default"):
            trigger.process(save=False, api_key=account.default_api_key if account else None)
    except Exception as error:
        logger.exception("dj-stripe could not store the Stripe event %s", event["id"])
        trigger.exception = str(error)[: WebhookEventTrigger._meta.get_field("exception").max_length]
        trigger.traceback = format_exc()
    trigger.save()
