"""`POST /emails` in the shape of Resend's API: what the product sends is kept, and nobody gets it."""

import json
import logging
import time
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from sandbox import faults
from sandbox.models import Mail
from sandbox.store import changes

logger = logging.getLogger(__name__)

REQUIRED = ("from", "to", "subject")


def emails(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _refuse(405, "method_not_allowed", "Only POST is known here.")
    if not request.headers.get("Authorization", "").startswith("Bearer "):
        return _refuse(401, "missing_api_key", "Missing API key in the authorization header.")
    struck = faults.take("POST", request.path)
    before = _suffer(request, [fault for fault in struck if not fault.after])
    return before or _keep(request, [fault for fault in struck if fault.after])


def _keep(request: HttpRequest, after: list[faults.Fault]) -> HttpResponse:
    try:
        body = json.loads(request.body)
        missing = [name for name in REQUIRED if not body.get(name)]
    except (ValueError, AttributeError):
        return _refuse(422, "validation_error", "The body is no JSON object.")
    if missing or not (body.get("text") or body.get("html")):
        return _refuse(422, "missing_required_field", f"Missing: {', '.join(missing) or 'text or html'}.")
    with changes():
        mail = Mail.objects.create(public_id=str(uuid.uuid4()), body=body, sent_ms=int(time.time() * 1000))
    logger.info("mail to %s: %s", ", ".join(_list(body["to"])), body["subject"])
    return _suffer(request, after) or JsonResponse({"id": mail.public_id})


def shown(mail: Mail) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in (mail.body.get("headers") or {}).items()}
    return {
        "id": mail.public_id,
        "to": _list(mail.body["to"]),
        "from": mail.body["from"],
        "reply_to": mail.body.get("reply_to"),
        "subject": mail.body["subject"],
        "text": mail.body.get("text", ""),
        "html": mail.body.get("html", ""),
        "headers": mail.body.get("headers") or {},
        "message_id": headers.get("message-id", ""),
        "sent_at": mail.sent_ms / 1000,
    }


def _suffer(request: HttpRequest, struck: list[faults.Fault]) -> HttpResponse | None:
    time.sleep(sum(fault.slow_ms for fault in struck) / 1000)
    if any(fault.hang for fault in struck):
        faults.hang(request)
    if any(fault.hang or fault.reset for fault in struck):
        faults.cut(request)
        return HttpResponse(status=204)  # nobody reads it
    statuses = [fault.status for fault in struck if fault.status]
    return _refuse(statuses[0], "sandbox", "The sandbox was told to fail.") if statuses else None


def _refuse(status: int, name: str, message: str) -> HttpResponse:
    return JsonResponse({"statusCode": status, "name": name, "message": message}, status=status)


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
