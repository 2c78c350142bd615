"""What a runner far away needs to know of an attempt: an order of plain JSON, in which every file is an address."""

import time
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage

from exports.attempts import Attempt
from exports.clips import media
from exports.far import tickets
from exports.far.tickets import Ticket

# Beyond the attempt's own deadline: time to be queued, to fetch and to deliver.
TICKET_SECONDS = 2 * 3600
PRESIGNED_LIMIT_SECONDS = 7 * 24 * 3600  # S3 signs no address for longer


def ticket_of(attempt: Attempt) -> Ticket:
    expires_at = int(time.time() + attempt.deadline_seconds + TICKET_SECONDS)
    return Ticket(attempt.user_id, attempt.job_id, attempt.number, expires_at)


def address(ticket: Ticket, purpose: str) -> str:
    return f"{settings.API_URL}/api/callbacks/exports/{ticket}/{purpose}?signature={tickets.sign(purpose, ticket)}"


def order_of(attempt: Attempt, ticket: Ticket) -> dict[str, Any]:
    """Files go straight to and from object storage where there is one, else through our API."""
    output = f"{attempt.output_prefix}/output.mp4"
    return {
        "export_type": attempt.export_type,
        "params": attempt.params,
        "sold_duration_ms": attempt.sold_duration_ms,
        "deadline_seconds": attempt.deadline_seconds,
        "source_url": address(ticket, "source")
        if media.is_local()
        else _presigned("GET", attempt.source_path, ticket),
        "output_url": address(ticket, "output") if media.is_local() else _presigned("PUT", output, ticket),
        "callback_url": f"{settings.API_URL}/api/callbacks/exports/{ticket}",
        "callback_key": tickets.callback_key(ticket),
    }


def _presigned(method: str, name: str, ticket: Ticket) -> str:
    """Good as long as the ticket: a long export delivers hours after it fetched its order."""
    expire = min(PRESIGNED_LIMIT_SECONDS, max(1, int(ticket.expires_at - time.time())))
    storage: Any = default_storage
    return str(storage.url(name, expire=expire, http_method=method))
